/* loky_tracker.h: what a process of loky's is told to delete, which nobody holds. */
#ifndef FA_LOKY_TRACKER_H
#define FA_LOKY_TRACKER_H

#include "interpose/pools_known.h"

/* What the _send() of a copy's resource tracker does here. */
PyObject *fa_loky_tracker_send(const fa_loky *copy, PyObject *const *args, size_t flags, PyObject *names);

/* Redirect that of the module to `call`. Returns 0, or -1 with an exception set. */
int fa_loky_tracker_install(fa_pools *pools, fa_loky *copy, PyObject *module, vectorcallfunc call);

#endif
