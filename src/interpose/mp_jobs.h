/* mp_jobs.h: jobs given to processes that were started outside are held there, or refused. */
#ifndef FA_MP_JOBS_H
#define FA_MP_JOBS_H

#include "authority/authority.h"
#include "interpose/pools_known.h"

/* Redirect ProcessPoolExecutor.submit, once the host has imported it. Called as the host. Returns 0, or -1 with an exception
 * set. */
int fa_mp_jobs_install(fa_pools *pools);

/* Note of each multiprocessing.pool.Pool (the class) what it is made under. The same. */
int fa_mp_jobs_note_pools(fa_pools *pools, PyObject *pool_type);

/* Whether a job may be given to a pool that was noted so, or was not, since the host made it. Returns 0, or -1 with an exception set. */
int fa_mp_jobs_may_submit(const fa_pools *pools, const fa_authority *authority, PyObject *pool, const char *attribute);

/* Whether whoever is here may run any program. */
bool fa_mp_jobs_may_run_anything(const fa_authority *authority);

/* Ask for that, for a process that nobody holds. Returns 0, or -1 with an exception set. */
int fa_mp_jobs_ask(void);

#endif
