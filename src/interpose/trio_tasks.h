/* trio_tasks.h: what trio's runner is given to call in contexts of its own carries what is in force. */
#ifndef FA_TRIO_TASKS_H
#define FA_TRIO_TASKS_H

#include "interpose/pools_known.h"

/* Put it in place, as far as the trio that is imported is such as we know. Leaves no exception. */
void fa_trio_tasks_install(fa_pools *pools);

#endif
