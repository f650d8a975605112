/* loky_reused.h: the executor of loky's that everybody in a thread is given anew. */
#ifndef FA_LOKY_REUSED_H
#define FA_LOKY_REUSED_H

#include "interpose/pools_known.h"

/* What a copy's get_reusable_executor() gives here. */
PyObject *fa_loky_reused_give(fa_interpreter *here, const fa_loky *copy, PyObject *const *args, size_t flags, PyObject *names);

/* Redirect that of the module to `call`. Returns 0, or -1 with an exception set. */
int fa_loky_reused_install(fa_pools *pools, fa_loky *copy, PyObject *module, vectorcallfunc call);

#endif
