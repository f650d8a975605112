/* hints.h: where this thread lately met links, so that it can look there first. */
#ifndef FA_HINTS_H
#define FA_HINTS_H

#include "support/plain.h"

/* A hint is never believed: it says only which name to read as a link before the rest is tried. */

/* A link was met at `path`. */
void fa_hints_add(fa_text path);

/* How many bytes of `path` are a link that was met, the path of which it is or lies beneath; 0: none. */
size_t fa_hints_find(fa_text path);

/* There is no link at `path` any more. */
void fa_hints_forget(fa_text path);

#endif
