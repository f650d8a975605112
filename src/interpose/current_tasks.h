/* current_tasks.h: which tasks there are, and which of them runs, is for asyncio to say. */
#ifndef FA_CURRENT_TASKS_H
#define FA_CURRENT_TASKS_H

#include "interpose/pools_known.h"
#include "support/state.h"

/* Interpose the functions of _asyncio, which is imported. Returns 0, or -1 with an exception set. */
int fa_current_tasks_install(void);

#endif
