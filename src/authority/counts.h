/* counts.h: how many events a scope let go, by right, counted by every thread in a place of its own. */
#ifndef FA_COUNTS_H
#define FA_COUNTS_H

#include "support/compat.h"

#include "classify/event.h"

/* One count for each right. */
typedef atomic_uint fa_counts[FA_RIGHT_NONE];

/* Where threads count that did not open the scope. A cache line that two processors write is dear: an event
 * in one of two threads under one scope cost three times what it costs alone. */
typedef struct fa_more_counts {
    struct fa_more_counts *next; /* owned; written before it is published */
    unsigned slot;               /* which threads count here */
    fa_counts counts;
} fa_more_counts;

/* The counts of a scope: those of the thread that opened it, and everybody else's. */
typedef struct fa_tally {
#ifdef Py_GIL_DISABLED
    _Atomic(fa_more_counts *) more; /* owned: added in front, freed with the scope */
#endif
    fa_counts own;
} fa_tally;

/* Where this thread counts: `is_own` when it opened the scope. Valid as long as the scope. Cannot fail. */
atomic_uint *fa_counts_here(fa_tally *tally, bool is_own);

/* The sum for one right. */
unsigned fa_counts_sum(fa_tally *tally, unsigned right);

void fa_counts_clear(fa_tally *tally);

/* One more. With the GIL there is one thread at a time. */
static inline void
fa_counts_add(atomic_uint *count)
{
#ifdef Py_GIL_DISABLED
    atomic_fetch_add_explicit(count, 1, memory_order_relaxed);
#else
    atomic_store_explicit(count, atomic_load_explicit(count, memory_order_relaxed) + 1,
                          memory_order_relaxed);
#endif
}

#endif
