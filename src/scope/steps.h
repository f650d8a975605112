/* steps.h: drives the body of a decorated generator or coroutine: in force while it runs, off meanwhile. */
#ifndef FA_STEPS_H
#define FA_STEPS_H

#include "support/state.h"

/* The type Steps, into the module. Returns 0, or -1 with an exception set. */
int fa_steps_exec(fa_interpreter *here, PyObject *module);

#endif
