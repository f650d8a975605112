/* glob.h: fnmatch-style patterns over UTF-8, in time that grows with pattern times text at worst. */
#ifndef FA_GLOB_H
#define FA_GLOB_H

#include "support/plain.h"

/* Whether the whole of `text` matches: `*` any characters, `?` one, `[abc]`, `[a-z]`, `[!a]` one of a
 * set; a `[` that nothing closes is itself. With a `separator` (not NUL) no wildcard but `**` matches
 * it, and a `**` that ends in a separator also matches nothing at all. No recursion, no allocation. */
bool fa_glob_match(fa_text pattern, fa_text text, char separator);

/* The character at text[at], which exists: its code, and its length in bytes. A byte that is no UTF-8 is
 * one of its own, with the code that Python gives it (U+DC80 to U+DCFF). */
size_t fa_glob_character(fa_text text, size_t at, uint32_t *code);

/* Whether the text holds a wildcard. */
bool fa_glob_is_pattern(fa_text text);

#endif
