/* mp_made.h: what a pool of processes was made under. */
#ifndef FA_MP_MADE_H
#define FA_MP_MADE_H

#include "authority/authority.h"
#include "interpose/pools_known.h"

/* Call `original`, a pool's __init__ with those arguments, and note the pool with what it takes jobs from, `attribute`. */
PyObject *fa_mp_made_call(fa_interpreter *here, PyObject *original, const char *attribute, PyObject *const *args, size_t flags,
                          PyObject *names);

/* Whether a pool was made under everything that is in force: 1, 0, or -1 with an exception set. */
int fa_mp_made_inside(const fa_pools *pools, const fa_authority *authority, PyObject *pool, const char *attribute);

#endif
