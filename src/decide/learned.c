/* learned.c: the addresses that a look-up gave to the scope that asked: append-only, published whole. */
#include "decide/learned.h"

#include <stdatomic.h>
#include <stdlib.h>

#define BLOCK_ENTRIES 31 /* a block is about 700 bytes: most scopes need one */
#define MOST_BLOCKS 256  /* some 8,000 addresses: more is no ordinary use */

/* One address and a range of its ports. Written by the thread that took the slot, before `ready`. */
typedef struct entry {
    uint8_t ip[16];
    uint16_t low, high;
    atomic_bool ready;
} entry;

typedef struct block {
    struct block *older; /* owned; written before the block is published */
    unsigned number;     /* of this block, from 1 */
    atomic_uint taken;   /* slots handed out; may run past the end */
    entry entries[BLOCK_ENTRIES];
} block;

struct fa_learned {
    _Atomic(block *) newest; /* owned: blocks are added in front, and freed all at once */
};

fa_learned *
fa_learned_new(void)
{
    return calloc(1, sizeof(fa_learned));
}

void
fa_learned_free(fa_learned *learned)
{
    if (learned == NULL) {
        return;
    }
    block *each = atomic_load(&learned->newest);
    while (each != NULL) {
        block *older = each->older;
        free(each);
        each = older;
    }
    free(learned);
}

/* Whether one entry covers the address and all of the ports. */
static bool
has_range(const fa_learned *learned, const uint8_t ip[16], int32_t low, int32_t high)
{
    block *each = atomic_load_explicit(&learned->newest, memory_order_acquire);
    for (; each != NULL; each = each->older) {
        unsigned taken = atomic_load_explicit(&each->taken, memory_order_relaxed);
        for (unsigned i = 0; i < taken && i < BLOCK_ENTRIES; i++) {
            entry *known = &each->entries[i];
            if (atomic_load_explicit(&known->ready, memory_order_acquire) &&
                known->low <= low && high <= known->high && memcmp(known->ip, ip, 16) == 0) {
                return true;
            }
        }
    }
    return false;
}

bool
fa_learned_add(fa_learned *learned, const uint8_t ip[16], uint16_t low, uint16_t high)
{
    if (has_range(learned, ip, low, high)) {
        return true;
    }
    for (;;) {
        block *newest = atomic_load_explicit(&learned->newest, memory_order_acquire);
        unsigned slot = BLOCK_ENTRIES;
        if (newest != NULL) {
            /* Looked at first, so that a full block's count cannot be driven around. */
            slot = atomic_load_explicit(&newest->taken, memory_order_relaxed);
            if (slot < BLOCK_ENTRIES) {
                slot = atomic_fetch_add(&newest->taken, 1);
            }
        }
        if (slot < BLOCK_ENTRIES) {
            entry *added = &newest->entries[slot];
            memcpy(added->ip, ip, 16);
            added->low = low;
            added->high = high;
            atomic_store_explicit(&added->ready, true, memory_order_release);
            return true;
        }
        if (newest != NULL && newest->number == MOST_BLOCKS) {
            return false;
        }
        block *fresh = calloc(1, sizeof *fresh);
        if (fresh == NULL) {
            return false;
        }
        fresh->older = newest;
        fresh->number = newest == NULL ? 1 : newest->number + 1;
        if (!atomic_compare_exchange_strong(&learned->newest, &newest, fresh)) {
            free(fresh); /* another thread was faster: use its block */
        }
    }
}

bool
fa_learned_has(const fa_learned *learned, const uint8_t ip[16], int32_t port)
{
    return port >= 0 && has_range(learned, ip, port, port);
}
