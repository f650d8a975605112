/* trio_pools.h: jobs given to trio's threads carry what their giver is held to, and the threads are nobody's. */
#ifndef FA_TRIO_POOLS_H
#define FA_TRIO_POOLS_H

#include "interpose/pools_known.h"

/* Note what trio's threads are made of, once the host has imported it, and redirect the function that takes a job.
 * Returns 0, or -1 with an exception set. */
int fa_trio_pools_install(fa_pools *pools);

/* Whether `target`, which a thread is to run, is the loop of one of trio's threads that trio's own functions start:
 * `starter` is the frame that does. */
bool fa_trio_pools_starts(const fa_pools *pools, fa_frame *starter, PyObject *target);

#endif
