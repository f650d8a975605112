/* pools.h: worker threads that belong to nobody's scope, and jobs that keep the authority they came with. */
#ifndef FA_POOLS_H
#define FA_POOLS_H

#include "support/state.h"

/* Note the pools there are, and from now on each as it is made; jobs put into them carry the authority they
 * come with. Returns 0, or -1 with an exception set. */
int fa_pools_install(fa_interpreter *here);

/* Whether a thread that is about to run `callable` is a pool's worker that may start neutral: 1, 0 (it
 * inherits), or -1 with an exception set. */
int fa_pools_starts_neutral(fa_interpreter *here, PyObject *callable);

/* A loop without Python frames is about to make its default pool, if it has none yet. Whoever sets it puts back what
 * was there. A guest that makes a pool meanwhile gets what asyncio would give it: jobs carry. */
extern FA_THREAD_LOCAL bool fa_pools_default_is_made;

#endif
