/* wakes.h: what is called when a future is done that another one stands for. */
#ifndef FA_WAKES_H
#define FA_WAKES_H

#include "support/state.h"

/* The type Wake. Returns 0, or -1 with an exception set. */
int fa_wakes_exec(fa_interpreter *here, PyObject *module);

/* What the awaited future is to call, in `context`: it calls `callback` with `shown`, which stands for it in `loop`. Once.
 * A new reference, or NULL with an exception set. */
PyObject *fa_wakes_new(fa_interpreter *here, PyObject *shown, PyObject *loop, PyObject *callback, PyObject *context);

/* What a loop is to call when a future is done: `callback` itself, or what was added to the future that stood for it
 * (borrowed). */
PyObject *fa_wakes_whom(fa_interpreter *here, PyObject *callback);

#endif
