/* walk.h: the steps of a path, link by link, as the kernel would take them. */
#ifndef FA_WALK_H
#define FA_WALK_H

#include "classify/resolve.h"

/* Take the steps of `rest` from the canonical directory that `result` holds (path, length; length 0
 * is the root here), and leave there where they lead, or set `*nameless`. The rest of the contract is
 * fa_resolve()'s. */
int fa_walk(fa_text rest, fa_follow follow, fa_resolved *result, bool *nameless);

/* Add "/name" to the path of `result`. Returns 0 or ENAMETOOLONG. */
int fa_walk_append(fa_resolved *result, fa_text name);

/* The next component of `text` from `*at` on, which is moved behind it; length 0 at the end. */
fa_text fa_walk_component(fa_text text, size_t *at);

#endif
