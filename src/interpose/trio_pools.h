/* trio_pools.h: jobs given to trio's threads carry what their giver is held to, and the threads are nobody's. */
#ifndef FA_TRIO_POOLS_H
#define FA_TRIO_POOLS_H

#include "interpose/pools_known.h"

/* Note what trio's threads are made of, and redirect the function that takes a job, as far as `module`
 * (trio._core._thread_cache, which the host imported) is such as we know. Leaves no exception. */
void fa_trio_pools_install(fa_pools *pools, PyObject *module);

/* Whether `target`, which a thread is to run, is the loop of one of trio's threads that trio's own functions start:
 * `starter` is the frame that does. */
bool fa_trio_pools_starts(const fa_pools *pools, fa_frame *starter, PyObject *target);

#endif
