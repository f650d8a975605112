/* waiter.h: what an event loop is shown in the place of what a body waits for. */
#ifndef FA_WAITER_H
#define FA_WAITER_H

#include "support/state.h"

/* The loop that runs here, and will look at what this step yields: asked before the body can say otherwise. A new reference
 * in *loop, or NULL for none. Returns 0, or -1 with an exception set. */
int fa_waiter_loop(fa_interpreter *here, PyObject **loop);

/* What `loop` is to be given for what a body yielded (stolen). Called inside the scope. With `awaits` that is for the loop,
 * and what a task would refuse is refused; without, that is so while it is awaited
 * by nothing but coroutines; else only what says that it is awaited is shown, and all else passes as it is. A new
 * reference; NULL with an exception set, which belongs into the body. */
PyObject *fa_waiter_show(fa_interpreter *here, PyObject *loop, PyObject *yielded, bool awaits);

#endif
