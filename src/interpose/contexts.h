/* contexts.h: contexts carry what is in force where they are made and entered. */
#ifndef FA_CONTEXTS_H
#define FA_CONTEXTS_H

#include "support/state.h"

/* Check that contexts are laid out as compat.h says, then interpose Context.run and Context.__new__.
 * Returns 0, or -1 with an exception set. */
int fa_contexts_install(fa_interpreter *here);

/* A context that is given away, to run something later: itself if it carries what is in force here and goes on to
 * when that is left, else a copy of it that does. What is no context is itself. A new reference, or NULL with an
 * exception set. */
PyObject *fa_contexts_carry(fa_interpreter *here, PyObject *context);

#endif
