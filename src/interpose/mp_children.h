/* mp_children.h: processes that multiprocessing starts are held to what governs the code that starts them. */
#ifndef FA_MP_CHILDREN_H
#define FA_MP_CHILDREN_H

#include "authority/authority.h"
#include "interpose/pools_known.h"

/* What governs, pickled (new reference): a list of pairs of a policy, outermost first, and whether it only warns. NULL with an
 * exception set. */
PyObject *fa_mp_children_policies(fa_interpreter *here, const fa_authority *authority);

/* Redirect the function that prepares what a new process is told. Called as the host. Returns 0, or -1 with an
 * exception set. */
int fa_mp_children_install(fa_pools *pools);

#endif
