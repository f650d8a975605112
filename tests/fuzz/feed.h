/* feed.h: what the fuzzers share: bytes to decisions and texts, and the sentence that must hold. */
#ifndef FA_FEED_H
#define FA_FEED_H

#include <stdio.h>
#include <stdlib.h>

#include "support/plain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* A sentence that is false ends the program, so that the fuzzer keeps the input. */
#define MUST(condition, sentence) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: false: %s\n", __FILE__, __LINE__, (sentence)); \
            abort(); \
        } \
    } while (0)

enum { FEED_TEXTS = 512 };

/* The input, read from its beginning; zeros behind its end. */
typedef struct feed {
    const uint8_t *bytes;
    size_t left;
    char *owned[FEED_TEXTS]; /* texts given out */
    size_t count;
} feed;

static inline uint8_t
feed_byte(feed *from)
{
    if (from->left == 0) {
        return 0;
    }
    from->left--;
    return *from->bytes++;
}

static inline uint32_t
feed_number(feed *from)
{
    uint32_t number = 0;
    for (int i = 0; i < 4; i++) {
        number = number << 8 | feed_byte(from);
    }
    return number;
}

/* A number below `end`, which is at most 256. */
static inline unsigned
feed_below(feed *from, unsigned end)
{
    return feed_byte(from) % end;
}

static inline bool
feed_bool(feed *from)
{
    return (feed_byte(from) & 1) != 0;
}

/* Memory of exactly `size` bytes, so that the address sanitizer sees one byte too many. */
static inline char *
feed_take(feed *from, size_t size)
{
    MUST(from->count < FEED_TEXTS, "a harness asks for no more texts than there is room for");
    char *bytes = malloc(size);
    MUST(bytes != NULL || size == 0, "there is memory");
    from->owned[from->count++] = bytes;
    return bytes;
}

/* Raw bytes, at most `most` of them (255 at most), without a NUL behind them. */
static inline fa_text
feed_raw(feed *from, unsigned most)
{
    size_t length = feed_below(from, most + 1);
    length = length < from->left ? length : from->left;
    char *bytes = feed_take(from, length);
    if (length > 0) {
        memcpy(bytes, from->bytes, length);
    }
    from->bytes += length;
    from->left -= length;
    return (fa_text){bytes, length};
}

/* The same with every byte mapped to a small alphabet, where things meet. */
static inline fa_text
feed_of(feed *from, unsigned most, fa_text alphabet)
{
    fa_text raw = feed_raw(from, most);
    char *bytes = (char *)raw.bytes;
    for (size_t i = 0; i < raw.length; i++) {
        bytes[i] = alphabet.bytes[(unsigned char)bytes[i] % alphabet.length];
    }
    return raw;
}

/* "/a/b": canonical, of few names. */
static inline fa_text
feed_path(feed *from)
{
    static const char *const names[] = {"a", "b", "c", ".e", "ab", "a.py", "\xc3\xa9", "*"};
    unsigned count = feed_below(from, 6);
    char *bytes = feed_take(from, 1 + 5 * (size_t)count);
    size_t length = 0;
    for (unsigned i = 0; i < count; i++) {
        const char *name = names[feed_below(from, 8)];
        bytes[length++] = '/';
        for (; *name != '\0'; name++) {
            bytes[length++] = *name;
        }
    }
    if (length == 0) {
        bytes[length++] = '/';
    }
    return (fa_text){bytes, length};
}

/* One of `count` words. */
static inline fa_text
feed_word(feed *from, const char *const *words, unsigned count)
{
    const char *word = words[feed_below(from, count)];
    size_t length = strlen(word);
    char *bytes = feed_take(from, length);
    memcpy(bytes, word, length);
    return (fa_text){bytes, length};
}

static inline void
feed_end(feed *from)
{
    for (size_t i = 0; i < from->count; i++) {
        free(from->owned[i]);
    }
    from->count = 0;
}

#endif
