/* hints.c: where this thread lately met links, so that it can look there first. */
#include "classify/hints.h"

enum {
    HINT_COUNT = 4,
    HINT_BYTES = 192 /* longer paths are not remembered */
};

static _Thread_local struct {
    uint8_t length; /* 0: empty */
    char path[HINT_BYTES];
} hints[HINT_COUNT];
static _Thread_local uint8_t oldest;

static bool
is_hint(int at, fa_text path)
{
    return hints[at].length == path.length && memcmp(hints[at].path, path.bytes, path.length) == 0;
}

void
fa_hints_add(fa_text path)
{
    if (path.length >= HINT_BYTES || path.length == 0) {
        return;
    }
    for (int i = 0; i < HINT_COUNT; i++) {
        if (is_hint(i, path)) {
            return;
        }
    }
    hints[oldest].length = (uint8_t)path.length;
    memcpy(hints[oldest].path, path.bytes, path.length);
    oldest = (uint8_t)((oldest + 1) % HINT_COUNT);
}

size_t
fa_hints_find(fa_text path)
{
    for (int i = 0; i < HINT_COUNT; i++) {
        size_t length = hints[i].length;
        if (length != 0 && length <= path.length &&
            (length == path.length || path.bytes[length] == '/') &&
            memcmp(hints[i].path, path.bytes, length) == 0) {
            return length;
        }
    }
    return 0;
}

void
fa_hints_forget(fa_text path)
{
    for (int i = 0; i < HINT_COUNT; i++) {
        if (is_hint(i, path)) {
            hints[i].length = 0;
        }
    }
}
