/* interpreters.h: code in another interpreter has no context to carry a scope: refused inside one. */
#ifndef FA_INTERPRETERS_H
#define FA_INTERPRETERS_H

#include "support/compat.h"

/* Interpose what the module `_interpreters` (until 3.12 `_xxsubinterpreters`) has just brought. Returns 0,
 * or -1 with an exception set. */
int fa_interpreters_install(PyObject *module);

#endif
