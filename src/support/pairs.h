/* pairs.h: pairs of addresses, found by their first; read without a lock. */
#ifndef FA_PAIRS_H
#define FA_PAIRS_H

#include <stdatomic.h>

#include "support/plain.h"

/* One thread at a time may change it. Zeroed: empty. Others may read meanwhile, if its changes are `shared`: they
 * see every pair that was added before they began and was not removed since. */
typedef struct fa_pairs {
    _Atomic(struct fa_pairs_table *) table; /* owned; NULL: nothing was ever added */
    struct fa_pairs_table *spare;           /* owned: as large as `table`, to be used in turn with it; or NULL */
    struct fa_pairs_table *older;           /* owned: smaller ones that somebody may still be reading */
    atomic_ulong moves;                     /* raised when another table takes the place of one */
    atomic_size_t count;                    /* pairs */
} fa_pairs;

static inline bool
fa_pairs_is_empty(const fa_pairs *pairs)
{
    return atomic_load_explicit(&pairs->count, memory_order_relaxed) == 0;
}

/* A table of pairs; only pairs.c and the look at one slot below know what is in it. */
typedef struct fa_pairs_slot {
    atomic_uintptr_t key; /* 0: none; written after `value` */
    _Atomic(void *) value;
} fa_pairs_slot;

struct fa_pairs_table {
    struct fa_pairs_table *older; /* owned: in the list of those that are kept */
    size_t size;                  /* slots */
    size_t used;                  /* of them, also by what is gone */
    fa_pairs_slot slots[];
};

static inline size_t
fa_pairs_first_slot(const struct fa_pairs_table *table, uintptr_t key)
{
    uint64_t hash = (uint64_t)(key >> 4) * 0x9E3779B97F4A7C15u >> 32;
    return (size_t)(hash * table->size >> 32);
}

/* Whether nothing lies where the values for `key` begin: then there are none. Mostly so, and quick. */
static inline bool
fa_pairs_is_free(const fa_pairs *pairs, const void *key)
{
    const struct fa_pairs_table *table = atomic_load_explicit(&pairs->table, memory_order_acquire);
    return table == NULL || atomic_load_explicit(&table->slots[fa_pairs_first_slot(table, (uintptr_t)key)].key,
                                                 memory_order_acquire) == 0;
}

/* Add one, last of those with that key. Neither is NULL; keys are aligned. Returns false when out of memory: then
 * nothing has changed. */
bool fa_pairs_add(fa_pairs *pairs, const void *key, void *value, bool shared);

/* Take one out. Returns false when it is not there. */
bool fa_pairs_remove(fa_pairs *pairs, const void *key, const void *value);

/* Take out one with that value, whatever its key: slowly. Returns false when there is none. */
bool fa_pairs_remove_value(fa_pairs *pairs, const void *value);

/* How many values there are for `key`. The first `room` of them go to `values`, oldest first. */
size_t fa_pairs_find(const fa_pairs *pairs, const void *key, void **values, size_t room);

/* The next value that `asks` says yes to, from the slot *at on, which is moved behind it; NULL when there are no more.
 * Nobody changes it meanwhile. */
void *fa_pairs_next(const fa_pairs *pairs, size_t *at, bool (*asks)(const void *value));

/* Free what it owns; it is empty then. */
void fa_pairs_clear(fa_pairs *pairs);

#endif
