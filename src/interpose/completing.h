/* completing.h: the callbacks of the futures that a thread is completing. */
#ifndef FA_COMPLETING_H
#define FA_COMPLETING_H

#include "support/state.h"

typedef struct fa_completing fa_completing;

/* Note what `future` (one of asyncio's in C) will call, until fa_completing_end(). NULL when nothing in force makes
 * it necessary, and without memory. Sets no exception. */
fa_completing *fa_completing_begin(PyObject *future);

/* The same before a step of `task` (of asyncio's in C, or of a class that inherits from it), which may end it. Most are waited
 * for by one task, by run_until_complete() or by none, which needs no list. */
fa_completing *fa_completing_begin_step(fa_interpreter *here, PyObject *task);

void fa_completing_end(fa_completing *made);

/* Whether this thread is completing `future`, and `callback` stood in its list with that context. */
bool fa_completing_has(PyObject *future, PyObject *callback, PyObject *context);

/* Whether it is what wakes a task up: a built-in function of its own for each wait. */
bool fa_completing_is_wakeup(PyObject *callback);

/* Read the lists of these two types; what they show to others is a copy. Returns 0, or -1 with an exception set. */
int fa_completing_install(PyTypeObject *future, PyTypeObject *task);

#endif
