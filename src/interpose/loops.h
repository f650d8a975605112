/* loops.h: contexts that code gives to an event loop carry what it is held to. */
#ifndef FA_LOOPS_H
#define FA_LOOPS_H

#include "support/state.h"

/* Interpose what of asyncio takes a context, if the host has imported it. Called as the host, when a mechanism is
 * put in place and at each scope that is entered afterwards. Returns 0, or -1 with an exception set. */
int fa_loops_install(fa_interpreter *here);

/* What a future is given to call later, in `context` (None: a copy of this one): in *given (new references) the callback
 * and the context to keep instead. Returns 0, or -1 with an exception set. */
int fa_loops_exchange(fa_interpreter *here, PyObject *callback, PyObject *context, PyObject *given[2]);

#endif
