/* loky_jobs.h: jobs given to executors of loky's, joblib's copy of it included. */
#ifndef FA_LOKY_JOBS_H
#define FA_LOKY_JOBS_H

#include "interpose/pools_known.h"

/* The names of the modules. Returns 0, or -1 with an exception set. */
int fa_loky_jobs_init(fa_pools *pools);

/* Redirect what takes jobs, once the host has imported it. Called as the host. Returns 0, or -1 with an exception set. */
int fa_loky_jobs_install(fa_pools *pools);

void fa_loky_jobs_clear(fa_pools *pools);

#endif
