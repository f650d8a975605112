/* running_loop.h: which loop a thread is said to run is not for guests to say of their host's. */
#ifndef FA_RUNNING_LOOP_H
#define FA_RUNNING_LOOP_H

#include "interpose/pools_known.h"

/* Interpose _asyncio._set_running_loop(). Returns 0, or -1 with an exception set. */
int fa_running_loop_install(void);

/* Note what asyncio does in forked children (`events`: asyncio.events). Leaves no exception. */
void fa_running_loop_note(fa_pools *pools, PyObject *events);

#endif
