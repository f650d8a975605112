/* pairs.c: pairs of addresses, found by their first; read without a lock. */
#include "support/pairs.h"

#include <stdlib.h>

#define GONE ((uintptr_t)1) /* a key that was removed: what was put behind it is still found */
#define FIRST_SIZE ((size_t)16)

typedef struct fa_pairs_table fa_pairs_table;

static size_t
after(const fa_pairs_table *table, size_t at)
{
    return at + 1 == table->size ? 0 : at + 1;
}

static uintptr_t
key_at(const fa_pairs_table *table, size_t at)
{
    return atomic_load_explicit(&table->slots[at].key, memory_order_acquire);
}

static void
put(fa_pairs_table *table, size_t at, uintptr_t key, void *value)
{
    atomic_store_explicit(&table->slots[at].value, value, memory_order_relaxed);
    atomic_store_explicit(&table->slots[at].key, key, memory_order_release);
}

/* ---- reading ---- */

static size_t
find_in(const fa_pairs_table *table, uintptr_t key, void **values, size_t room)
{
    size_t count = 0;
    for (size_t at = fa_pairs_first_slot(table, key), i = 0; i < table->size; at = after(table, at), i++) {
        uintptr_t found = key_at(table, at);
        if (found == 0) {
            break;
        }
        if (found == key) {
            void *value = atomic_load_explicit(&table->slots[at].value, memory_order_acquire);
            if (key_at(table, at) != key) {
                continue; /* removed at this moment, and maybe used again */
            }
            if (count < room) {
                values[count] = value;
            }
            count++;
        }
    }
    return count;
}

size_t
fa_pairs_find(const fa_pairs *pairs, const void *key, void **values, size_t room)
{
    size_t count;
    unsigned long moves, now = atomic_load_explicit(&pairs->moves, memory_order_acquire);
    do {
        moves = now;
        const fa_pairs_table *table = atomic_load_explicit(&pairs->table, memory_order_acquire);
        count = table == NULL ? 0 : find_in(table, (uintptr_t)key, values, room);
        /* A table that was replaced may have been taken into use again: then this was a look at two. */
        atomic_thread_fence(memory_order_acquire);
        now = atomic_load_explicit(&pairs->moves, memory_order_relaxed);
    } while (moves != now);
    return count;
}

/* ---- changing ---- */

static fa_pairs_table *
new_table(fa_pairs *pairs, size_t size)
{
    fa_pairs_table *table = pairs->spare;
    if (table != NULL && table->size == size) {
        pairs->spare = NULL;
        for (size_t i = 0; i < size; i++) {
            atomic_store_explicit(&table->slots[i].key, 0, memory_order_relaxed);
        }
        table->used = 0;
        return table;
    }
    table = calloc(1, sizeof(fa_pairs_table) + size * sizeof(fa_pairs_slot));
    if (table != NULL) {
        table->size = size;
    }
    return table;
}

/* Keep a table that was replaced as long as somebody may be reading it. */
static void
retire(fa_pairs *pairs, fa_pairs_table *table, size_t size, bool shared)
{
    if (!shared) {
        free(table);
    }
    else if (table->size == size && pairs->spare == NULL) {
        pairs->spare = table;
    }
    else {
        table->older = pairs->older;
        pairs->older = table;
    }
}

/* Room for one more. */
static bool
make_room(fa_pairs *pairs, bool shared)
{
    fa_pairs_table *old = atomic_load_explicit(&pairs->table, memory_order_relaxed);
    if (old != NULL && (old->used + 1) * 8 <= old->size * 7) {
        return true;
    }
    size_t size = (atomic_load_explicit(&pairs->count, memory_order_relaxed) + 1) * 10 / 7;
    size = size < FIRST_SIZE ? FIRST_SIZE : size;
    size = old != NULL && size < old->size ? old->size : size;
    fa_pairs_table *table = new_table(pairs, size);
    if (table == NULL) {
        return false;
    }
    if (old != NULL) {
        /* From behind a free slot on, so that values of one key stay in their order. */
        size_t start = 0;
        while (key_at(old, start) != 0) {
            start++;
        }
        for (size_t i = 0, at = start; i < old->size; i++, at = after(old, at)) {
            uintptr_t key = key_at(old, at);
            if (key > GONE) {
                size_t to = fa_pairs_first_slot(table, key);
                while (key_at(table, to) != 0) {
                    to = after(table, to);
                }
                put(table, to, key, atomic_load_explicit(&old->slots[at].value, memory_order_relaxed));
                table->used++;
            }
        }
    }
    atomic_store_explicit(&pairs->table, table, memory_order_release);
    atomic_fetch_add_explicit(&pairs->moves, 1, memory_order_release);
    if (old != NULL) {
        retire(pairs, old, size, shared);
    }
    return true;
}

bool
fa_pairs_add(fa_pairs *pairs, const void *key, void *value, bool shared)
{
    if (!make_room(pairs, shared)) {
        return false;
    }
    fa_pairs_table *table = atomic_load_explicit(&pairs->table, memory_order_relaxed);
    size_t at = fa_pairs_first_slot(table, (uintptr_t)key);
    size_t to = table->size; /* none yet */
    for (;; at = after(table, at)) {
        uintptr_t found = key_at(table, at);
        if (found == (uintptr_t)key) {
            to = table->size; /* the new one comes behind it */
        }
        else if (found <= GONE && to == table->size) {
            to = at;
        }
        if (found == 0) {
            break;
        }
    }
    if (key_at(table, to) == 0) {
        table->used++;
    }
    put(table, to, (uintptr_t)key, value);
    atomic_fetch_add_explicit(&pairs->count, 1, memory_order_release);
    return true;
}

static void
remove_at(fa_pairs *pairs, fa_pairs_table *table, size_t at)
{
    atomic_store_explicit(&table->slots[at].key, GONE, memory_order_release);
    /* Nothing lies behind a slot that a free one follows: it is free again, and so are those before it. */
    while (key_at(table, at) == GONE && key_at(table, after(table, at)) == 0) {
        atomic_store_explicit(&table->slots[at].key, 0, memory_order_release);
        table->used--;
        at = at == 0 ? table->size - 1 : at - 1;
    }
    atomic_fetch_sub_explicit(&pairs->count, 1, memory_order_release);
}

bool
fa_pairs_remove(fa_pairs *pairs, const void *key, const void *value)
{
    fa_pairs_table *table = atomic_load_explicit(&pairs->table, memory_order_relaxed);
    if (table == NULL) {
        return false;
    }
    size_t at = fa_pairs_first_slot(table, (uintptr_t)key);
    while (key_at(table, at) != (uintptr_t)key
           || atomic_load_explicit(&table->slots[at].value, memory_order_relaxed) != value) {
        if (key_at(table, at) == 0) {
            return false;
        }
        at = after(table, at);
    }
    remove_at(pairs, table, at);
    return true;
}

bool
fa_pairs_remove_value(fa_pairs *pairs, const void *value)
{
    fa_pairs_table *table = atomic_load_explicit(&pairs->table, memory_order_relaxed);
    for (size_t at = 0; table != NULL && at < table->size; at++) {
        if (key_at(table, at) > GONE
            && atomic_load_explicit(&table->slots[at].value, memory_order_relaxed) == value) {
            remove_at(pairs, table, at);
            return true;
        }
    }
    return false;
}

void *
fa_pairs_next(const fa_pairs *pairs, size_t *at, bool (*asks)(const void *value))
{
    const fa_pairs_table *table = atomic_load_explicit(&pairs->table, memory_order_relaxed);
    while (table != NULL && *at < table->size) {
        size_t here = (*at)++;
        void *value = atomic_load_explicit(&table->slots[here].value, memory_order_relaxed);
        if (key_at(table, here) > GONE && asks(value)) {
            return value;
        }
    }
    return NULL;
}

void
fa_pairs_clear(fa_pairs *pairs)
{
    while (pairs->older != NULL) {
        fa_pairs_table *table = pairs->older;
        pairs->older = table->older;
        free(table);
    }
    free(pairs->spare);
    pairs->spare = NULL;
    free(atomic_exchange(&pairs->table, NULL));
    atomic_store(&pairs->count, 0);
}
