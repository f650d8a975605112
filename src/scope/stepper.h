/* stepper.h: steps a coroutine in the contexts of whoever asks; what waits for it meets plain futures only. */
#ifndef FA_STEPPER_H
#define FA_STEPPER_H

#include "support/state.h"

/* The type Stepper, into the module. Returns 0, or -1 with an exception set. */
int fa_stepper_exec(fa_interpreter *here, PyObject *module);

#endif
