/* os_open.h: os.open, whose file the guard opens. */
#ifndef FA_OS_OPEN_H
#define FA_OS_OPEN_H

#include "support/compat.h"

/* Interpose it in this interpreter. Returns 0, or -1 with an exception set. */
int fa_os_open_install(void);

#endif
