/* counts.c: how many events a scope let go, by right, counted by every thread in a place of its own. */
#include "authority/counts.h"

#include <stdlib.h>

#ifndef Py_GIL_DISABLED

atomic_uint *
fa_counts_here(fa_tally *tally, bool Py_UNUSED(is_own))
{
    return tally->own;
}

unsigned
fa_counts_sum(fa_tally *tally, unsigned right)
{
    return atomic_load_explicit(&tally->own[right], memory_order_relaxed);
}

void
fa_counts_clear(fa_tally *Py_UNUSED(tally))
{
}

#else

#define LINE 64  /* bytes of a cache line */
#define SLOTS 64 /* threads that do not share a place; with more of them some do, which costs time alone */

/* This thread's slot. */
static unsigned
slot_here(void)
{
    static atomic_uint threads;
    static FA_THREAD_LOCAL unsigned number; /* from 1; 0: not drawn yet */
    if (number == 0) {
        number = atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed) % SLOTS + 1;
    }
    return number;
}

atomic_uint *
fa_counts_here(fa_tally *tally, bool is_own)
{
    if (is_own) {
        return tally->own;
    }
    unsigned slot = slot_here();
    fa_more_counts *newest = atomic_load_explicit(&tally->more, memory_order_acquire);
    for (fa_more_counts *each = newest; each != NULL; each = each->next) {
        if (each->slot == slot) {
            return each->counts;
        }
    }
    size_t size = (sizeof(fa_more_counts) + LINE - 1) / LINE * LINE;
    fa_more_counts *fresh = aligned_alloc(LINE, size);
    if (fresh == NULL) {
        return tally->own; /* slower, and right all the same */
    }
    memset(fresh, 0, size);
    fresh->slot = slot;
    do {
        fresh->next = newest; /* another thread of this slot may be at it: then there are two places, and a sum */
    } while (!atomic_compare_exchange_weak_explicit(&tally->more, &newest, fresh, memory_order_acq_rel,
                                                    memory_order_acquire));
    return fresh->counts;
}

unsigned
fa_counts_sum(fa_tally *tally, unsigned right)
{
    unsigned sum = atomic_load_explicit(&tally->own[right], memory_order_relaxed);
    fa_more_counts *each = atomic_load_explicit(&tally->more, memory_order_acquire);
    for (; each != NULL; each = each->next) {
        sum += atomic_load_explicit(&each->counts[right], memory_order_relaxed);
    }
    return sum;
}

void
fa_counts_clear(fa_tally *tally)
{
    fa_more_counts *each = atomic_exchange(&tally->more, NULL);
    while (each != NULL) {
        fa_more_counts *next = each->next;
        free(each);
        each = next;
    }
}

#endif
