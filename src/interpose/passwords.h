/* passwords.h: reading the shadow passwords is asked about. */
#ifndef FA_PASSWORDS_H
#define FA_PASSWORDS_H

#include "support/compat.h"

/* Interpose a module `spwd` (until 3.12). Idempotent. Returns 0, or -1 with an exception set. */
int fa_passwords_install(PyObject *module);

#endif
