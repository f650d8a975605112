/* glob.h: fnmatch-style patterns over bytes, in time that grows with pattern times text at worst. */
#ifndef FA_GLOB_H
#define FA_GLOB_H

#include "support/plain.h"

/* Whether the whole of `text` matches: `*` any bytes, `?` one byte, `[abc]`, `[a-z]`, `[!a]` one of a
 * set; a `[` that nothing closes is itself. With a `separator` (not NUL) no wildcard but `**` matches
 * it, and a `**` that ends in a separator also matches nothing at all. No recursion, no allocation. */
bool fa_glob_match(fa_text pattern, fa_text text, char separator);

/* Whether the text holds a wildcard. */
bool fa_glob_is_pattern(fa_text text);

#endif
