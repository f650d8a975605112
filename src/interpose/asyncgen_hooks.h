/* asyncgen_hooks.h: what is called when an asynchronous generator begins, or is let go of, carries what is in force. */
#ifndef FA_ASYNCGEN_HOOKS_H
#define FA_ASYNCGEN_HOOKS_H

#include "interpose/pools_known.h"

/* Interpose sys.set_asyncgen_hooks. Returns 0, or -1 with an exception set. */
int fa_asyncgen_hooks_install(fa_pools *pools);

#endif
