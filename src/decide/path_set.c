/* path_set.c: a few paths one by one, many by a hash of each prefix of the path that is asked for. */
#include "decide/path_set.h"

#include <stdlib.h>

enum {
    FEW = 16,          /* up to here comparing each is faster than hashing */
    SPARSE = 512,      /* up to here room is spent for few collisions */
    COUNT_MAX = 1 << 30 /* so that no size below overflows */
};

static const uint64_t hash_start = 0xcbf29ce484222325u;

/* The next eight bytes of a path, from `at` on, as a number, or as many as there are before its next slash or its
 * end: bytes that are not there count as zero. How many there are. */
static inline size_t
read_word(fa_text path, size_t at, uint64_t *word)
{
    const char *bytes = path.bytes + at;
    size_t count = path.length - at;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (path.length >= sizeof(*word)) {
        const uint64_t ones = 0x0101010101010101u, slashes = '/' * ones;
        if (count >= sizeof(*word)) {
            count = sizeof(*word);
            memcpy(word, bytes, sizeof(*word));
        }
        else if (count == 0) {
            *word = 0;
        }
        else {
            memcpy(word, path.bytes + path.length - sizeof(*word), sizeof(*word));
            *word >>= 8 * (sizeof(*word) - count);
        }
        uint64_t zeros = *word ^ slashes;
        zeros = (zeros - ones) & ~zeros & (ones << 7); /* its lowest bit stands in the first slash */
        if (zeros != 0) {
            count = (size_t)__builtin_ctzll(zeros) / 8;
            *word &= ((uint64_t)1 << (8 * count)) - 1;
        }
        return count;
    }
#endif
    *word = 0;
    size_t i = 0;
    while (i < count && i < sizeof(*word) && bytes[i] != '/') {
        *word |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
        i++;
    }
    return i;
}

/* Hash one more component of a path, from the slash at `*at` on, and move there where it ends. Words, not bytes:
 * each step waits for the one before. */
static inline uint64_t
hash_component(uint64_t hash, fa_text path, size_t *at)
{
    uint64_t word;
    size_t count, end = *at + 1;

    do {
        count = read_word(path, end, &word);
        end += count;
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    } while (count == sizeof(word));
    *at = end;
    return hash;
}

static inline uint32_t
slot_of(uint64_t hash)
{
    return (uint32_t)hash;
}

static inline uint32_t
tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

static inline uint64_t
length_bit(size_t length)
{
    return (uint64_t)1 << (length & 63);
}

/* The root is the empty prefix, so that every path begins with it at a component's end. */
static fa_text
without_root(fa_text path)
{
    return path.length == 1 ? (fa_text){path.bytes, 0} : path;
}

static int
compare(const char *a, size_t a_length, const char *b, size_t b_length)
{
    int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

static int
compare_entries(const void *left, const void *right)
{
    const fa_path_entry *a = left, *b = right;
    return compare(a->path, a->length, b->path, b->length);
}

static bool
same_path(const fa_path_entry *entry, const char *path, size_t length)
{
    return entry->length == length && memcmp(entry->path, path, length) == 0;
}

static bool
fill_slots(fa_path_set *set, fa_arena *arena)
{
    uint32_t size = 32;
    uint32_t wanted = set->count <= SPARSE ? set->count * 4 : set->count + set->count / 2;
    while (size < wanted) {
        size *= 2;
    }
    fa_path_slot *slots = fa_arena_take(arena, size * sizeof(*slots));
    if (slots == NULL) {
        return false;
    }
    set->slots = slots;
    set->mask = size - 1;
    for (uint32_t i = 0; i < set->count; i++) {
        const fa_path_entry *entry = &set->entries[i];
        if (i > 0 && same_path(entry, entry[-1].path, entry[-1].length)) {
            continue;
        }
        uint64_t hash = hash_start;
        size_t at = 0;
        while (at < entry->length) {
            hash = hash_component(hash, (fa_text){entry->path, entry->length}, &at);
        }
        uint32_t slot = slot_of(hash) & set->mask;
        while (slots[slot].entry != 0) {
            slot = (slot + 1) & set->mask;
        }
        slots[slot] = (fa_path_slot){tag_of(hash), i + 1};
    }
    return true;
}

bool
fa_path_set_build(fa_path_set *set, fa_arena *arena, fa_path_entry *entries, size_t count)
{
    *set = (fa_path_set){.entries = entries, .count = (uint32_t)count};
    if (count == 0) {
        return true;
    }
    if (count > COUNT_MAX) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        fa_path_entry *entry = &entries[i];
        entry->length = entry->length == 1 ? 0 : entry->length;
        set->longest = entry->length > set->longest ? entry->length : set->longest;
        set->lengths |= length_bit(entry->length);
    }
    qsort(entries, count, sizeof(*entries), compare_entries);
    return count <= FEW || fill_slots(set, arena);
}

fa_path_search
fa_path_set_search(const fa_path_set *set, fa_text path)
{
    return (fa_path_search){
        .set = set, .path = without_root(path), .hash = hash_start, .done = set->count == 0
    };
}

static bool
next_of_few(fa_path_search *search, uint32_t *item, size_t *length)
{
    fa_text path = search->path;

    while (search->at < search->set->count) {
        const fa_path_entry *entry = &search->set->entries[search->at++];
        if (entry->length <= path.length && memcmp(path.bytes, entry->path, entry->length) == 0 &&
            (entry->length == path.length || path.bytes[entry->length] == '/')) {
            *item = entry->item;
            *length = entry->length;
            return true;
        }
    }
    return false;
}

/* Index plus one of the first entry whose path is the first `at` bytes, or 0. */
static uint32_t
look_up(const fa_path_search *search)
{
    const fa_path_set *set = search->set;
    uint32_t tag = tag_of(search->hash);

    for (uint32_t slot = slot_of(search->hash) & set->mask;; slot = (slot + 1) & set->mask) {
        uint32_t found = set->slots[slot].entry;
        if (found == 0 || (set->slots[slot].tag == tag &&
                           same_path(&set->entries[found - 1], search->path.bytes, search->at))) {
            return found;
        }
    }
}

bool
fa_path_search_next(fa_path_search *search, uint32_t *item, size_t *length)
{
    const fa_path_set *set = search->set;
    fa_text path = search->path;

    if (set->slots == NULL) {
        return next_of_few(search, item, length);
    }
    if (search->more != 0) {
        const fa_path_entry *before = &set->entries[search->more - 1];
        if (search->more < set->count && same_path(before + 1, before->path, before->length)) {
            search->more++;
            *item = before[1].item;
            *length = before[1].length;
            return true;
        }
        search->more = 0;
    }
    while (!search->done) {
        uint32_t found = (set->lengths & length_bit(search->at)) == 0 ? 0 : look_up(search);
        search->done = search->at >= path.length || search->at >= set->longest;
        if (!search->done) {
            search->hash = hash_component(search->hash, path, &search->at);
        }
        if (found != 0) {
            search->more = found;
            *item = set->entries[found - 1].item;
            *length = set->entries[found - 1].length;
            return true;
        }
    }
    return false;
}

/* The first entry that is not before `path` followed by `last`. */
static uint32_t
lower_bound(const fa_path_set *set, fa_text path, char last)
{
    uint32_t low = 0, high = set->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const fa_path_entry *entry = &set->entries[middle];
        size_t common = entry->length < path.length ? entry->length : path.length;
        int order = memcmp(entry->path, path.bytes, common);
        if (order == 0) {
            order = entry->length <= path.length
                        ? -1
                        : (unsigned char)entry->path[path.length] < (unsigned char)last ? -1 : 1;
        }
        if (order < 0) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return low;
}

void
fa_path_set_beneath(const fa_path_set *set, fa_text path, uint32_t *first, uint32_t *end)
{
    path = without_root(path);
    *first = lower_bound(set, path, '/');
    *end = lower_bound(set, path, '/' + 1);
}
