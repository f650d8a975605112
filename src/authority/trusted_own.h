/* trusted_own.h: trusted calls in a context of their own, which nobody else is ever in. */
#ifndef FA_TRUSTED_OWN_H
#define FA_TRUSTED_OWN_H

#include "authority/trusted.h"

/* A context for one call after the other: what its maker had in force, with a box on top, lies on its chain for as long as
 * there is one. The box counts only while a call runs there. Copies of the context carry what they carry of any trusted
 * call: the maker's scopes. */
typedef struct fa_own {
    PyObject *context; /* owned; NULL: there is none */
    fa_box *box;       /* owned, likewise */
} fa_own;

/* Make one: a copy of the context `model`. Returns 0, or -1 with an exception set. */
int fa_trusted_own_make(fa_interpreter *here, PyObject *model, fa_node *maker, fa_own *own);
void fa_trusted_own_clear(fa_own *own);

/* Enter: from here on nothing governs but the maker's scopes, what the body has open there, and the floors. `outer` is
 * the barrier that the caller runs behind, `callers` (borrowed until the end) what governs it; either may be NULL. Returns 0, or -1
 * with an exception set: then all is as it was. */
int fa_trusted_own_begin(fa_interpreter *here, const fa_own *own, const fa_barrier *outer, fa_node *callers,
                         fa_barrier **barrier);

/* Leave: the caller has no exception set. Returns 1 when the context can serve another call; 0 when not, which it cannot while
 * the body `suspends` nor where scopes were left open; -1 with an exception set, when all the same the caller's
 * authority is in force again. */
int fa_trusted_own_end(fa_interpreter *here, const fa_own *own, fa_barrier *barrier, bool suspends);

#endif
