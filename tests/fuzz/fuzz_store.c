/* fuzz_store.c: what keeps things: arenas, buffers, journals and learned addresses, against simple lists. */
#include "decide/learned.h"
#include "enforce/journal.h"
#include "feed.h"
#include "support/arena.h"
#include "support/buffer.h"

enum { MOST = 64 };

static void
use_arena(feed *from)
{
    fa_arena arena = {0};
    struct {
        unsigned char *bytes;
        size_t size;
    } taken[MOST];
    size_t count = feed_below(from, 24), sum = 0;

    for (size_t i = 0; i < count; i++) {
        size_t size = feed_byte(from);
        size = size < 240 ? size : size * feed_byte(from);
        taken[i].size = size;
        taken[i].bytes = fa_arena_take(&arena, size);
        MUST(taken[i].bytes != NULL, "there is memory");
        MUST((uintptr_t)taken[i].bytes % _Alignof(max_align_t) == 0, "memory is aligned for any type");
        for (size_t at = 0; at < size; at++) {
            MUST(taken[i].bytes[at] == 0, "memory is zeros");
        }
        memset(taken[i].bytes, (int)i + 1, size);
        sum += size;
    }
    MUST(arena.bytes >= sum, "an arena counts what it takes");
    for (size_t i = 0; i < count; i++) {
        for (size_t at = 0; at < taken[i].size; at++) {
            MUST(taken[i].bytes[at] == i + 1, "no two pieces overlap");
        }
    }
    fa_text text = feed_raw(from, 255);
    const char *copy = fa_arena_copy(&arena, text);
    MUST(copy != NULL && copy[text.length] == '\0' &&
             fa_text_equal(text, (fa_text){copy, text.length}), "a copy is the text and a NUL");
    MUST(fa_arena_take(&arena, SIZE_MAX) == NULL && fa_arena_take(&arena, SIZE_MAX - 8) == NULL,
         "no size overflows");
    fa_arena_free(&arena);
}

static void
use_buffer(feed *from)
{
    fa_buffer buffer = {.most = feed_below(from, 200)};
    size_t most = buffer.most;
    char expected[MOST * 256];
    size_t length = 0;
    size_t rounds = feed_below(from, MOST);

    for (size_t i = 0; i < rounds; i++) {
        fa_text text = feed_raw(from, 200);
        char number[32];
        switch (feed_below(from, 3)) {
        case 0:
            fa_buffer_add(&buffer, text);
            break;
        case 1:
            text.length = text.length > 0;
            fa_buffer_add_byte(&buffer, text.length > 0 ? text.bytes[0] : 'x');
            text = text.length > 0 ? text : FA_TEXT("x");
            break;
        default: {
            int64_t value = (int64_t)((uint64_t)feed_number(from) << 32 | feed_number(from));
            fa_buffer_add_number(&buffer, value);
            text = (fa_text){number, (size_t)snprintf(number, sizeof number, "%lld", (long long)value)};
            break;
        }
        }
        memcpy(expected + length, text.bytes, text.length);
        length += text.length;
        MUST(!buffer.failed && (most == 0 || buffer.length <= most), "a bound is kept");
        MUST(buffer.cut ? buffer.length <= length : buffer.length == length, "all is there until the cut");
        MUST(buffer.bytes == NULL || buffer.bytes[buffer.length] == '\0', "a NUL ends the text");
        if (buffer.cut) {
            break;
        }
    }
    MUST(!buffer.cut || (most != 0 && length > most), "only what is too long is cut");
    length = buffer.length;
    char *taken = fa_buffer_take(&buffer);
    MUST(taken != NULL && memcmp(taken, expected, length) == 0 && taken[length] == '\0',
         "what is taken is what was added");
    free(taken);
}

static void
use_journal(feed *from)
{
    fa_journal *journals[2] = {fa_journal_new(), fa_journal_new()};
    size_t count = feed_byte(from), added[2] = {0, 0};
    MUST(journals[0] != NULL && journals[1] != NULL, "there is memory");

    for (size_t i = 0; i < count; i++) {
        fa_record *record = calloc(1, sizeof *record);
        MUST(record != NULL, "there is memory");
        atomic_init(&record->references, 1);
        record->serial = i + 1;
        record->event = strdup("open");
        unsigned into = feed_below(from, 4);
        for (unsigned which = 0; which < 2; which++) {
            if ((into >> which & 1) != 0) {
                fa_journal_add(journals[which], record);
                added[which]++;
            }
        }
        fa_record_drop(record);
    }
    for (unsigned which = 0; which < 2; which++) {
        MUST(atomic_load(&journals[which]->seen) == added[which], "every refusal is counted");
        uint64_t last = 0;
        for (size_t i = 0; i < FA_JOURNAL_KEPT; i++) {
            fa_record *kept = atomic_load(&journals[which]->kept[i]);
            MUST((kept != NULL) == (i < added[which]), "the first ones are kept");
            MUST(kept == NULL || (kept->serial > last && strcmp(kept->event, "open") == 0), "in order");
            last = kept == NULL ? last : kept->serial;
        }
    }
    unsigned first = feed_below(from, 2);
    fa_journal_free(journals[first]);
    fa_journal_free(journals[1 - first]);
}

static void
use_learned(feed *from)
{
    fa_learned *learned = fa_learned_new();
    struct {
        uint8_t ip[16];
        uint16_t low, high;
    } known[MOST];
    size_t count = feed_below(from, MOST);
    MUST(learned != NULL, "there is memory");

    for (size_t i = 0; i < count; i++) {
        memset(known[i].ip, 0, 16);
        known[i].ip[15] = feed_byte(from) & 3;
        known[i].low = feed_byte(from);
        known[i].high = feed_byte(from);
        MUST(fa_learned_add(learned, known[i].ip, known[i].low, known[i].high), "there is room");
    }
    for (int round = 0; round < 8; round++) {
        uint8_t ip[16] = {[15] = feed_byte(from) & 3};
        int32_t port = (int32_t)feed_byte(from) - 1;
        bool expected = false;
        for (size_t i = 0; i < count; i++) {
            expected = expected || (memcmp(known[i].ip, ip, 16) == 0 && known[i].low <= port &&
                                    port <= known[i].high);
        }
        MUST(fa_learned_has(learned, ip, port) == expected, "exactly what was learned is known");
    }
    fa_learned_free(learned);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    feed from = {.bytes = data, .left = size};
    switch (feed_below(&from, 4)) {
    case 0:
        use_arena(&from);
        break;
    case 1:
        use_buffer(&from);
        break;
    case 2:
        use_journal(&from);
        break;
    default:
        use_learned(&from);
        break;
    }
    feed_end(&from);
    return 0;
}
