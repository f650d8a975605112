/* anyio_jobs.h: jobs given to anyio's processes, which a loop keeps for whoever comes next. */
#ifndef FA_ANYIO_JOBS_H
#define FA_ANYIO_JOBS_H

#include "interpose/pools_known.h"

/* Redirect what takes them, once the host has imported it. Called as the host. Returns 0, or -1 with an exception set. */
int fa_anyio_jobs_install(fa_pools *pools);

#endif
