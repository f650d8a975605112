/* resumed.h: what is made in the body of a generator that another context resumed carries the generator's scopes. */
#ifndef FA_RESUMED_H
#define FA_RESUMED_H

#include "support/state.h"

/* A copy of the current context in which all is in force that is in force here, when a plain copy would lack what only
 * a running generator's body brings. 1 and a new reference; 0 when a plain copy does; -1 with an exception set. */
int fa_resumed_copy(fa_interpreter *here, PyObject **copy);

/* Have contextvars.copy_context() make such copies. Returns 0, or -1 with an exception set. */
int fa_resumed_install(fa_interpreter *here);

#endif
