/* job_callbacks.h: callbacks of jobs of concurrent.futures carry what is in force. */
#ifndef FA_JOB_CALLBACKS_H
#define FA_JOB_CALLBACKS_H

#include "interpose/pools_known.h"

/* Redirect Future.add_done_callback of concurrent.futures. Returns 0, or -1 with an exception set. */
int fa_job_callbacks_install(fa_pools *pools);

#endif
