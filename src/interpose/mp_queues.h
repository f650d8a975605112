/* mp_queues.h: what is put into a queue of multiprocessing's is pickled there and then. */
#ifndef FA_MP_QUEUES_H
#define FA_MP_QUEUES_H

#include "interpose/pools_known.h"

/* Redirect put() of its queues, once the host has imported them. Called as the host. Returns 0, or -1 with an exception set. */
int fa_mp_queues_install(fa_pools *pools);

#endif
