/* test_journal.c: a journal keeps the first refusals, counts them all, and two threads lose none. */
#include "enforce/journal.h"

#include <pthread.h>
#include <stdlib.h>

#include "test.h"

#define EACH 5000 /* records that each thread adds */

static fa_record *
new_record(uint64_t serial)
{
    fa_record *record = calloc(1, sizeof(fa_record));
    atomic_init(&record->references, 1);
    record->serial = serial;
    record->event = strdup("open");
    return record;
}

static void
test_the_first_refusals_are_kept_in_order_and_the_rest_counted(void)
{
    fa_journal *journal = fa_journal_new();
    for (uint64_t i = 0; i < FA_JOURNAL_KEPT + 7; i++) {
        fa_record *record = new_record(i + 1);
        fa_journal_add(journal, record);
        fa_record_drop(record);
    }
    EXPECT(atomic_load(&journal->seen) == FA_JOURNAL_KEPT + 7, "every refusal is counted");
    for (uint64_t i = 0; i < FA_JOURNAL_KEPT; i++) {
        fa_record *kept = atomic_load(&journal->kept[i]);
        EXPECT(kept != NULL && kept->serial == i + 1, "the first refusals are kept in order");
        EXPECT(kept != NULL && atomic_load(&kept->references) == 1, "the journal holds its own");
    }
    fa_journal_free(journal);
}

static void
test_a_record_outlives_the_journals_that_dropped_it(void)
{
    fa_journal *inner = fa_journal_new();
    fa_journal *outer = fa_journal_new();
    fa_record *record = new_record(1);
    fa_journal_add(inner, record);
    fa_journal_add(outer, record);
    fa_journal_free(inner);
    fa_journal_free(outer);
    EXPECT(atomic_load(&record->references) == 1, "whoever still holds a record has it alone");
    EXPECT(strcmp(record->event, "open") == 0, "its texts are whole");
    fa_record_drop(record);
    fa_record_drop(NULL);
    fa_journal_free(NULL);
}

static void *
add_many(void *journal)
{
    for (uint64_t i = 0; i < EACH; i++) {
        fa_record *record = new_record(i + 1);
        fa_journal_add(journal, record);
        fa_record_drop(record);
    }
    return NULL;
}

static void
test_two_threads_lose_no_refusal(void)
{
    fa_journal *journal = fa_journal_new();
    pthread_t thread[2];
    for (size_t i = 0; i < 2; i++) {
        EXPECT(pthread_create(&thread[i], NULL, add_many, journal) == 0, "a thread starts");
    }
    /* Read while they write: a slot is empty, or holds a whole record for good. */
    for (size_t round = 0; round < 1000; round++) {
        for (size_t i = 0; i < FA_JOURNAL_KEPT; i++) {
            fa_record *kept = atomic_load_explicit(&journal->kept[i], memory_order_acquire);
            EXPECT(kept == NULL || strcmp(kept->event, "open") == 0, "a reader sees whole records");
        }
    }
    for (size_t i = 0; i < 2; i++) {
        pthread_join(thread[i], NULL);
    }
    EXPECT(atomic_load(&journal->seen) == 2 * EACH, "two threads lose no refusal");
    for (size_t i = 0; i < FA_JOURNAL_KEPT; i++) {
        EXPECT(atomic_load(&journal->kept[i]) != NULL, "every slot is filled");
    }
    fa_journal_free(journal);
}

int
main(void)
{
    test_the_first_refusals_are_kept_in_order_and_the_rest_counted();
    test_a_record_outlives_the_journals_that_dropped_it();
    test_two_threads_lose_no_refusal();
    return test_result();
}
