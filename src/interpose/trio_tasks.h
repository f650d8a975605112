/* trio_tasks.h: what trio's runner is given to call in contexts of its own carries what is in force. */
#ifndef FA_TRIO_TASKS_H
#define FA_TRIO_TASKS_H

#include "interpose/pools_known.h"

/* Put it in place, once trio is imported. Returns 0. */
int fa_trio_tasks_install(fa_pools *pools);

#endif
