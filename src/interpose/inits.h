/* inits.h: replaces the tp_init of a type, with its slot wrapper and the subclasses that exist. */
#ifndef FA_INITS_H
#define FA_INITS_H

#include "support/compat.h"

/* Put `ours` where `type` and its subclasses have their common initialiser. `*original` is what was
 * there, written before ours can be called. Idempotent, also for a type of the same kind in another
 * interpreter. Returns 0, or -1 with an exception set. */
int fa_inits_replace(PyTypeObject *type, initproc ours, initproc *original);

#endif
