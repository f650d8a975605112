/* variable.h: the context variable can be found: setting and resetting it takes nothing away. */
#ifndef FA_VARIABLE_H
#define FA_VARIABLE_H

#include "support/state.h"

/* Interpose ContextVar.set and ContextVar.reset. Returns 0, or -1 with an exception set. */
int fa_variable_install(fa_interpreter *here);

#endif
