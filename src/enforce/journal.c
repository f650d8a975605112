/* journal.c: the first refusals of a scope, in slots that are filled in order and never changed. */
#include "enforce/journal.h"

#include <stdlib.h>

fa_journal *
fa_journal_new(void)
{
    return calloc(1, sizeof(fa_journal)); /* zeros are valid atomics on every platform we build for */
}

void
fa_journal_free(fa_journal *journal)
{
    if (journal == NULL) {
        return;
    }
    for (size_t i = 0; i < FA_JOURNAL_KEPT; i++) {
        fa_record_drop(atomic_load_explicit(&journal->kept[i], memory_order_acquire));
    }
    free(journal);
}

void
fa_journal_add(fa_journal *journal, fa_record *record)
{
    /* The number drawn is the slot, so that no two threads write the same one. A reader may find a
     * slot still empty whose number is drawn; it skips it. */
    unsigned long at = atomic_fetch_add_explicit(&journal->seen, 1, memory_order_relaxed);
    if (at < FA_JOURNAL_KEPT) {
        atomic_store_explicit(&journal->kept[at], fa_record_hold(record), memory_order_release);
    }
}

fa_record *
fa_record_hold(fa_record *record)
{
    atomic_fetch_add_explicit(&record->references, 1, memory_order_relaxed);
    return record;
}

static void
clear_where(fa_where *where)
{
    free(where->file);
    free(where->function);
}

void
fa_record_drop(fa_record *record)
{
    if (record == NULL
        || atomic_fetch_sub_explicit(&record->references, 1, memory_order_acq_rel) != 1) {
        return;
    }
    free(record->event);
    free(record->target);
    free(record->policy);
    free(record->rule);
    free(record->suggestion);
    free(record->message);
    clear_where(&record->location);
    clear_where(&record->origin);
    free(record);
}
