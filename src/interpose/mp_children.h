/* mp_children.h: processes that multiprocessing starts are held to what governs the code that starts them. */
#ifndef FA_MP_CHILDREN_H
#define FA_MP_CHILDREN_H

#include "interpose/pools_known.h"

/* Redirect the function that prepares what a new process is told. Called as the host. Returns 0, or -1 with an
 * exception set. */
int fa_mp_children_install(fa_pools *pools);

#endif
