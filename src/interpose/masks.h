/* masks.h: what is everybody's in the process (mode mask, priority, processors) is changed by right only. */
#ifndef FA_MASKS_H
#define FA_MASKS_H

#include "support/compat.h"

/* Interpose os.umask, os.nice and their like. Idempotent. Returns 0, or -1 with an exception set. */
int fa_masks_install(void);

#endif
