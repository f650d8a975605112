/* walk.h: the steps of a path, link by link, as the kernel would take them. */
#ifndef FA_WALK_H
#define FA_WALK_H

#include "classify/resolve.h"

enum { FA_WALK_BYTES = 2 * FA_PATH_BYTES }; /* texts of links included */

/* A path on its way. What is still to be walked lies at the end of the buffer, so that the text of a
 * link can be put before it. */
typedef struct fa_walk {
    size_t at;     /* bytes[at …] is still to be walked */
    int links;     /* followed so far */
    bool nameless; /* it led to what has no name */
    char bytes[FA_WALK_BYTES];
} fa_walk;

/* What is still to be walked; empty at the end. */
static inline fa_text
fa_walk_rest(const fa_walk *walk)
{
    return (fa_text){walk->bytes + walk->at, FA_WALK_BYTES - walk->at};
}

/* Begin with `path`. Returns 0 or an errno. */
int fa_walk_begin(fa_walk *walk, fa_text path);

/* Take the steps of the rest, from the canonical directory that `result` holds (path, length; length
 * 0 is the root here), up to the first link and over it; or to the end, where `*done` is set. The
 * rest of the contract is fa_resolve()'s. */
int fa_walk_on(fa_walk *walk, fa_follow follow, fa_resolved *result, bool *done);

/* Go over the link whose path `result` holds. Returns 0, ENOLINK when there is none, or an errno. */
int fa_walk_over(fa_walk *walk, fa_resolved *result);

/* Add "/name" to the path of `result`. Returns 0 or ENAMETOOLONG. */
int fa_walk_append(fa_resolved *result, fa_text name);

/* The next component of `text` from `*at` on, which is moved behind it; length 0 at the end. */
fa_text fa_walk_component(fa_text text, size_t *at);

#endif
