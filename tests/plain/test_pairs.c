/* test_pairs.c: pairs are found by their first, in the order in which they came, while others come and go. */
#include "support/pairs.h"

#include <pthread.h>

#include "test.h"

static char keys[4096][16], values[4096];

static size_t
count_of(const fa_pairs *pairs, size_t key)
{
    return fa_pairs_find(pairs, keys[key], NULL, 0);
}

static void
test_what_was_added_is_found_and_nothing_else(void)
{
    fa_pairs pairs = {0};
    EXPECT(count_of(&pairs, 0) == 0 && fa_pairs_is_empty(&pairs), "a zeroed set is empty");
    EXPECT(!fa_pairs_remove(&pairs, keys[0], &values[0]), "nothing is removed from an empty one");
    for (size_t i = 0; i < 4096; i += 2) {
        EXPECT(fa_pairs_add(&pairs, keys[i], &values[i], false), "a pair is added");
    }
    for (size_t i = 0; i < 4096; i++) {
        void *found = NULL;
        size_t count = fa_pairs_find(&pairs, keys[i], &found, 1);
        EXPECT(count == (i % 2 == 0) && (count == 0 || found == &values[i]), "a key leads to its value");
    }
    for (size_t i = 0; i < 4096; i += 2) {
        EXPECT(!fa_pairs_remove(&pairs, keys[i], &values[i + 1]), "another value is not removed");
        EXPECT(fa_pairs_remove(&pairs, keys[i], &values[i]), "a pair is removed");
        EXPECT(count_of(&pairs, i) == 0, "what was removed is not found");
    }
    EXPECT(fa_pairs_is_empty(&pairs), "it is empty when all was removed");
    fa_pairs_clear(&pairs);
}

static void
test_values_of_one_key_stay_in_their_order(void)
{
    for (int shared = 0; shared < 2; shared++) {
        fa_pairs pairs = {0};
        void *found[300];
        for (size_t i = 0; i < 300; i++) {
            (void)fa_pairs_add(&pairs, keys[1000 + i], &values[0], shared);
            (void)fa_pairs_add(&pairs, keys[7], &values[i], shared);
            if (i % 3 == 0) {
                (void)fa_pairs_remove(&pairs, keys[1000 + i], &values[0]);
            }
        }
        (void)fa_pairs_remove(&pairs, keys[7], &values[5]);
        (void)fa_pairs_add(&pairs, keys[7], &values[5], shared);
        EXPECT(fa_pairs_find(&pairs, keys[7], found, 300) == 300, "all values of a key are found");
        for (size_t i = 0; i < 300; i++) {
            size_t which = i == 299 ? 5 : i < 5 ? i : i + 1;
            EXPECT(found[i] == &values[which], "values come oldest first");
        }
        EXPECT(fa_pairs_find(&pairs, keys[7], found, 2) == 300, "no more are given than there is room for");
        fa_pairs_clear(&pairs);
    }
}

static void
test_coming_and_going_takes_no_more_and_more_memory(void)
{
    fa_pairs pairs = {0};
    for (size_t i = 0; i < 1000000; i++) {
        EXPECT(fa_pairs_add(&pairs, keys[i * 37 % 4096], &values[0], true), "a pair is added");
        if (i >= 100) {
            EXPECT(fa_pairs_remove(&pairs, keys[(i - 100) * 37 % 4096], &values[0]), "an older one is removed");
        }
    }
    size_t tables = 0;
    for (void **table = (void **)pairs.older; table != NULL; table = *table) { /* its first field */
        tables++;
    }
    EXPECT(tables < 20, "few tables are kept");
    fa_pairs_clear(&pairs);
}

static void
test_a_value_is_removed_without_its_key(void)
{
    fa_pairs pairs = {0};
    (void)fa_pairs_add(&pairs, keys[1], &values[1], false);
    (void)fa_pairs_add(&pairs, keys[2], &values[2], false);
    EXPECT(!fa_pairs_remove_value(&pairs, &values[3]), "a value that is not there is not removed");
    EXPECT(fa_pairs_remove_value(&pairs, &values[2]) && count_of(&pairs, 2) == 0, "a value is removed");
    EXPECT(count_of(&pairs, 1) == 1, "others stay");
    fa_pairs_clear(&pairs);
}

static bool
is_even(const void *value)
{
    return ((const char *)value - values) % 2 == 0;
}

static void
test_values_are_listed_once_each(void)
{
    fa_pairs pairs = {0};
    size_t at = 0, count = 0;
    for (size_t i = 0; i < 100; i++) {
        (void)fa_pairs_add(&pairs, keys[i], &values[i], false);
    }
    while (fa_pairs_next(&pairs, &at, is_even) != NULL) {
        count++;
    }
    EXPECT(count == 50, "every value that is asked for is listed once");
    fa_pairs_clear(&pairs);
}

static fa_pairs contended;
static atomic_bool done;

static void *
look(void *missed)
{
    while (!atomic_load(&done)) {
        void *found = NULL;
        if (fa_pairs_find(&contended, keys[4000], &found, 1) != 1 || found != &values[42]) {
            *(bool *)missed = true;
        }
    }
    return NULL;
}

static void
test_a_reader_without_a_lock_never_misses_what_is_there(void)
{
    pthread_t readers[2];
    bool missed[2] = {false, false};
    (void)fa_pairs_add(&contended, keys[4000], &values[42], true);
    for (int i = 0; i < 2; i++) {
        pthread_create(&readers[i], NULL, look, &missed[i]);
    }
    for (size_t round = 0; round < 200; round++) {
        for (size_t i = 0; i < 500; i++) {
            (void)fa_pairs_add(&contended, keys[(round * 97 + i) % 4000], &values[1], true);
        }
        for (size_t i = 0; i < 500; i++) {
            (void)fa_pairs_remove(&contended, keys[(round * 97 + i) % 4000], &values[1]);
        }
    }
    atomic_store(&done, true);
    for (int i = 0; i < 2; i++) {
        pthread_join(readers[i], NULL);
        EXPECT(!missed[i], "a pair that is there is found meanwhile");
    }
    fa_pairs_clear(&contended);
}

int
main(void)
{
    test_what_was_added_is_found_and_nothing_else();
    test_values_of_one_key_stay_in_their_order();
    test_coming_and_going_takes_no_more_and_more_memory();
    test_a_value_is_removed_without_its_key();
    test_values_are_listed_once_each();
    test_a_reader_without_a_lock_never_misses_what_is_there();
    return test_result();
}
