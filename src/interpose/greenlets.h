/* greenlets.h: greenlets that are made, changed or started inside carry what is in force there. */
#ifndef FA_GREENLETS_H
#define FA_GREENLETS_H

#include "support/compat.h"

/* `module` is greenlet's extension, which has been executed. Returns 0, or -1 with an exception set. */
int fa_greenlets_install(PyObject *module);

/* Whether that was done. */
bool fa_greenlets_are_there(void);

#endif
