/* traces.h: sys.settrace and sys.setprofile. */
#ifndef FA_TRACES_H
#define FA_TRACES_H

#include "support/compat.h"

/* Interpose them. Idempotent. Returns 0, or -1 with an exception set. */
int fa_traces_install(void);

#endif
