/* plain.h: what every plain file may rely on. */
#ifndef FA_PLAIN_H
#define FA_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Borrowed bytes with their length; not NUL-terminated unless a field says so. */
typedef struct fa_text {
    const char *bytes; /* borrowed; never NULL when length > 0 */
    size_t length;     /* bytes */
} fa_text;

#define FA_TEXT(literal) ((fa_text){(literal), sizeof(literal) - 1})

static inline bool
fa_text_equal(fa_text a, fa_text b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

/* What lies behind the last `separator`; all of it where there is none. */
static inline fa_text
fa_text_last(fa_text text, char separator)
{
    size_t start = text.length;
    while (start > 0 && text.bytes[start - 1] != separator) {
        start--;
    }
    return start == 0 ? text : (fa_text){text.bytes + start, text.length - start};
}

#endif
