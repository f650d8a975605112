/* spawns.h: os.posix_spawn and os.posix_spawnp. */
#ifndef FA_SPAWNS_H
#define FA_SPAWNS_H

#include "support/compat.h"

/* Interpose them in this interpreter. Returns 0, or -1 with an exception set. */
int fa_spawns_install(void);

#endif
