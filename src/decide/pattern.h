/* pattern.h: path patterns, and which of them cover a path or what may come to lie beneath it. */
#ifndef FA_PATTERN_H
#define FA_PATTERN_H

#include "support/arena.h"
#include "support/plain.h"

/* A pattern is absolute or begins with two stars. Between slashes: `*` any characters, `?` one, `[abc]`,
 * `[a-z]`, `[!a]`, `[^a]` one of a set; two stars alone are any number of components, none included.
 * What it matches it covers, with everything beneath. */
typedef struct fa_pattern fa_pattern;

/* Where a path has got to in a pattern: bit i when components before i are used up, the highest
 * (fa_pattern_end) when all are. Equal sets match the same things beneath. */
typedef uint64_t fa_pattern_state;

/* Whether the pattern can be read; when not, `*why` says what is wrong with it, as in
 * "… is no pattern: `*why`". */
bool fa_pattern_check(fa_text text, const char **why);

/* The part before the first component with a wildcard: "/srv/a" of "/srv/a/b*"; empty when there is
 * none. Points into `text`. */
fa_text fa_pattern_fixed(fa_text text);

/* NULL when out of memory, or when the text fails fa_pattern_check(). The memory is the arena's. */
const fa_pattern *fa_pattern_new(fa_arena *arena, fa_text text);

/* `path` is absolute and canonical. */
fa_pattern_state fa_pattern_read(const fa_pattern *pattern, fa_text path);

fa_pattern_state fa_pattern_end(const fa_pattern *pattern);

/* Whether the pattern matches `path` or a directory above it. */
bool fa_pattern_covers(const fa_pattern *pattern, fa_text path);

#endif
