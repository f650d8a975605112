/* stepping.h: one step of a body that is held, and what whoever drives it gets of it. */
#ifndef FA_STEPPING_H
#define FA_STEPPING_H

#include "scope/waiter.h"

/* A body whose steps are held, and that is not between them. */
typedef struct fa_stepped {
    PyObject *body; /* owned; or NULL */
    bool awaits;    /* what it yields is for an event loop: it is no plain generator */
} fa_stepped;

void fa_stepping_begin(fa_stepped *self, PyObject *body);
int fa_stepping_traverse(fa_stepped *self, visitproc visit, void *arg);
void fa_stepping_clear(fa_stepped *self);

/* Send a value into it, or throw an exception, while all that holds it is in force. `loop` is what fa_waiter_loop() said
 * before. What PyIter_Send() would give; *result is what whoever drives the body may be given. */
PySendResult fa_stepping_send(fa_interpreter *here, fa_stepped *self, PyObject *loop, PyObject *value, PyObject **result);
PySendResult fa_stepping_throw(fa_interpreter *here, fa_stepped *self, PyObject *loop, PyObject *error,
                               PyObject **result);

#endif
