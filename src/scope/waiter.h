/* waiter.h: what an event loop is shown in the place of what a body waits for. */
#ifndef FA_WAITER_H
#define FA_WAITER_H

#include "support/state.h"

/* asyncio's tasks call what a coroutine yields to them: its loop, its result, its cancel(), and its repr() in errors. Of a
 * body whose scope is off meanwhile they are shown a plain future instead; what the body yielded is called inside the scope
 * only. All owned; NULL while nothing is waited for. */
typedef struct fa_waiter {
    PyObject *awaited; /* what the body yielded */
    PyObject *shown;   /* the future that the loop waits for */
} fa_waiter;

/* The loop that runs here, and will look at what this step yields: asked before the body can say otherwise. A new reference
 * in *loop, or NULL for none. Returns 0, or -1 with an exception set. */
int fa_waiter_loop(fa_interpreter *here, PyObject **loop);

/* What `loop` is to be given for what the body yielded (stolen). Called inside the scope. A new reference; NULL with an
 * exception set, which belongs into the body. */
PyObject *fa_waiter_show(fa_interpreter *here, fa_waiter *waiter, PyObject *loop, PyObject *yielded);

/* The body goes on, inside the scope. Returns 0, or -1 with the exception set that it is to get: what it waited for raises. */
int fa_waiter_resume(fa_interpreter *here, fa_waiter *waiter);

/* The body is to get an exception, inside the scope. If that is because the task was cancelled, what is waited for is
 * cancelled first: returns 1 when that takes notice, and then ends by itself; 0 when the body gets the exception; -1 with
 * another exception set that it is to get. */
int fa_waiter_cancel(fa_interpreter *here, fa_waiter *waiter, PyObject *error);

/* After fa_waiter_cancel(): what the loop is to be given next. As fa_waiter_show(). */
PyObject *fa_waiter_show_again(fa_interpreter *here, fa_waiter *waiter, PyObject *loop);

#endif
