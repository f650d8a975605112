/* handed.h: what code in a sandbox hands to a greenlet that is not held as it is. */
#ifndef FA_HANDED_H
#define FA_HANDED_H

#include "support/state.h"

/* What a greenlet that goes on elsewhere is given instead of `value` (new reference): plain data as a copy, what can be called
 * as a carrier, objects of the types below as they are. NULL with ScopeError set for anything else. */
PyObject *fa_handed_value(fa_interpreter *here, PyObject *value);

/* Objects of this type, and of those that C made out of it, do nothing of their own: they pass. Not after the first
 * sandbox has handed something over, but for types that are imported later. */
void fa_handed_passes(PyTypeObject *type);

/* An exception that is thrown into such a greenlet, made anew (new reference): of a class that Python, greenlet (`exit`) or gevent
 * has, with plain arguments; a RuntimeError instead of any other. NULL with an exception set. */
PyObject *fa_handed_exception(PyObject *const *args, Py_ssize_t count, PyObject *exit);

/* What gevent's hub of this thread calls. */
typedef struct fa_handed_told {
    const void *context; /* the hub's: in others this says nothing */
    PyObject *about;     /* borrowed: those who wait for it are woken, and given it; or NULL */
    bool judges;         /* a guest's callback runs, and what it hands over is the guest's */
} fa_handed_told;

/* From now on those who wait for `about` are woken; or, a callback of a guest's is called, which hands over what it likes, or
 * `passes` only what somebody waits for. Gives what was so before, for fa_handed_tell_again(). */
fa_handed_told fa_handed_tell(PyObject *about);
fa_handed_told fa_handed_call(bool passes);
void fa_handed_tell_again(fa_handed_told before);

/* Whether the hub itself hands over what somebody waits for: no code of Python, and no callback of a guest's does. */
bool fa_handed_by_hub(fa_interpreter *here);

#endif
