/* entry.h: __enter__ and __aenter__ of a manager. */
#ifndef FA_ENTRY_H
#define FA_ENTRY_H

#include "support/state.h"

/* Put them on the manager's type. Returns 0, or -1 with an exception set. */
int fa_entry_attach(fa_interpreter *here, PyTypeObject *manager_type);

#endif
