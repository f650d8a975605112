/* path_set.h: sets of canonical paths, and which of them a path is or lies beneath. */
#ifndef FA_PATH_SET_H
#define FA_PATH_SET_H

#include "support/arena.h"
#include "support/plain.h"

/* One member. Several may have the same path. */
typedef struct fa_path_entry {
    const char *path; /* borrowed: lives as long as the set */
    uint32_t length;  /* bytes */
    uint32_t item;    /* the caller's: which rule it is */
} fa_path_entry;

typedef struct fa_path_slot {
    uint32_t tag;   /* of the hash: most strangers are told apart without a look at the entry */
    uint32_t entry; /* index plus one of the first entry of that path; 0: empty */
} fa_path_slot;

/* Built once, then only read. */
typedef struct fa_path_set {
    const fa_path_entry *entries; /* borrowed from the arena, in the order of their bytes */
    const fa_path_slot *slots;    /* borrowed from the arena; NULL for a small set */
    uint32_t count;
    uint32_t mask;     /* slots less one */
    uint32_t longest;  /* bytes */
    uint64_t lengths;  /* a bit for each length that occurs, by its low six bits: most prefixes are of none */
} fa_path_set;

/* A search under way: every member that `path` is or lies beneath, in no promised order. */
typedef struct fa_path_search {
    const fa_path_set *set;
    fa_text path;  /* as asked; the root is empty */
    uint64_t hash; /* of the first `at` bytes */
    size_t at;     /* large set: end of the prefix to look up next; small set: entry to try next */
    uint32_t more; /* index plus one of the entry to look at after a hit; 0: none */
    bool done;
} fa_path_search;

/* Make a set of `count` entries, which are the arena's and are put in order in place. Paths are
 * absolute and canonical ("/" included). Returns false when out of memory or beyond 2^31 entries. */
bool fa_path_set_build(fa_path_set *set, fa_arena *arena, fa_path_entry *entries, size_t count);

/* Begin a search; `path` is absolute and canonical. */
fa_path_search fa_path_set_search(const fa_path_set *set, fa_text path);

/* The next member found: true, its item, and how many bytes of search->path it is (0: the root).
 * Compares bytes; does not touch the file system. */
bool fa_path_search_next(fa_path_search *search, uint32_t *item, size_t *length);

/* The members that lie strictly beneath `path`: entries[*first] up to, not including,
 * entries[*end]. */
void fa_path_set_beneath(const fa_path_set *set, fa_text path, uint32_t *first, uint32_t *end);

#endif
