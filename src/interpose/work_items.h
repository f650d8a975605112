/* work_items.h: what an executor is to run carries what its giver is held to, whatever queue it waits in. */
#ifndef FA_WORK_ITEMS_H
#define FA_WORK_ITEMS_H

#include "interpose/pools_known.h"

/* Redirect _WorkItem.__init__ of concurrent.futures.thread. Called as the host. Returns 0, or -1 with an exception set. */
int fa_work_items_install(fa_pools *pools);

#endif
