/* failures.h: what a callback of a loop raises is told to the loop under what holds the callback. */
#ifndef FA_FAILURES_H
#define FA_FAILURES_H

#include "interpose/pools_known.h"
#include "support/state.h"

/* An exception is set, which `callback` raised, called with these arguments; whatever holds it is in force. Tells the running loop of it, as its
 * handle would do later. Returns true when it was told, and is no longer set. */
bool fa_failures_tell(fa_interpreter *here, PyObject *callback, PyObject *const *args, Py_ssize_t count);

/* The same for a callback that was run in `context`, which was left, if asyncio's Handle did that and if there is
 * anything in force in it that is not in force here. */
bool fa_failures_tell_in(fa_interpreter *here, PyObject *context, PyObject *callback, PyObject *const *args,
                         Py_ssize_t count);

/* Note what there is of asyncio (asyncio.events, which the host imported). Leaves no exception. */
void fa_failures_install(fa_pools *pools, PyObject *events);

#endif
