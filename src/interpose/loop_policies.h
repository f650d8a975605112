/* loop_policies.h: an event loop policy that is set inside is seen there, and nowhere else. */
#ifndef FA_LOOP_POLICIES_H
#define FA_LOOP_POLICIES_H

#include "interpose/pools_known.h"
#include "support/state.h"

/* Interpose asyncio's functions that tell and set it, as far as `events` (asyncio.events) is such as we know. Leaves no exception. */
void fa_loop_policies_install(fa_pools *pools, PyObject *events);

#endif
