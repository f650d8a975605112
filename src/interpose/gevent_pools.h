/* gevent_pools.h: jobs given to gevent's pools of threads carry what their giver is held to. */
#ifndef FA_GEVENT_POOLS_H
#define FA_GEVENT_POOLS_H

#include "interpose/pools_known.h"

/* Put it in place, once the host has imported gevent's pools and as far as they are such as we know. Leaves no
 * exception. */
void fa_gevent_pools_install(fa_pools *pools);

#endif
