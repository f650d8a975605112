/* spelling.h: a name as it is spelled, and whether the kernel reaches it without following a link. */
#ifndef FA_SPELLING_H
#define FA_SPELLING_H

#include "classify/resolve.h"

/* How a name reads before anybody asks the kernel. */
typedef struct fa_spelling {
    bool climbs; /* has a "..": what it leads to is not what it spells */
    fa_closing closed;
} fa_spelling;

/* Whether every component of `path` counts, and none of them climbs: most names are spelled so. False for
 * some that are, never true for one that is not. */
bool fa_spelling_is_plain(fa_text path);

/* Add the components of `path` to the path of `result`, up to a "..". Returns 0 or ENAMETOOLONG. */
int fa_spelling_append(fa_text path, fa_resolved *result, fa_spelling *read);

/* Whether the name that `result` spells is canonical: the kernel reaches it, or the first name on its way
 * that is not there, without following a link; at the end only when it is to `follow`. Then
 * the rest of `result` is set (see FA_LOOSELY). False also when it cannot be told. */
bool fa_spelling_is_canonical(bool follow, bool loosely, fa_resolved *result);

#endif
