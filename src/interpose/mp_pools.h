/* mp_pools.h: jobs given to a multiprocessing.pool.ThreadPool carry what their giver is held to. */
#ifndef FA_MP_POOLS_H
#define FA_MP_POOLS_H

#include "interpose/pools_known.h"

/* Redirect the pool's methods that take a job, if the host has imported the module. Called as the host. Returns 0,
 * or -1 with an exception set. */
int fa_mp_pools_install(fa_pools *pools);

#endif
