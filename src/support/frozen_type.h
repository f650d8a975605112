/* frozen_type.h: the base type of the package's values, whose instances nothing can change. */
#ifndef FA_FROZEN_TYPE_H
#define FA_FROZEN_TYPE_H

#include "support/compat.h"

/* Put the type into the module as `Frozen`, and `seal`. Returns 0, or -1 with an exception set. */
int fa_frozen_exec(PyObject *module);

#endif
