/* contexts.h: contexts carry what is in force where they are made and entered. */
#ifndef FA_CONTEXTS_H
#define FA_CONTEXTS_H

#include "support/state.h"

/* Check that contexts are laid out as compat.h says, then interpose Context.run, Context.copy and Context.__new__.
 * Returns 0, or -1 with an exception set. */
int fa_contexts_install(fa_interpreter *here);

#endif
