/* test_arena.c: memory of an arena is zeroed, aligned, disjoint, and refused when there is none. */
#include "support/arena.h"

#include <stdalign.h>

#include "test.h"

static void
test_memory_is_zeroed_aligned_and_disjoint(void)
{
    fa_arena arena = {0};
    unsigned char *taken[2000];
    for (size_t i = 0; i < 2000; i++) {
        size_t size = (i * 37) % 700;
        taken[i] = fa_arena_take(&arena, size);
        EXPECT(taken[i] != NULL, "memory is given");
        EXPECT((uintptr_t)taken[i] % alignof(max_align_t) == 0, "memory is aligned for any type");
        for (size_t k = 0; k < size; k++) {
            EXPECT(taken[i][k] == 0, "memory is zeroed");
        }
        memset(taken[i], (int)(i % 255) + 1, size);
    }
    for (size_t i = 0; i < 2000; i++) {
        for (size_t k = 0; k < (i * 37) % 700; k++) {
            EXPECT(taken[i][k] == (i % 255) + 1, "no two pieces overlap");
        }
    }
    fa_arena_free(&arena);
    EXPECT(arena.blocks == NULL && arena.bytes == 0, "a freed arena is empty");
}

static void
test_large_pieces_do_not_waste_the_block_in_use(void)
{
    fa_arena arena = {0};
    for (size_t i = 0; i < 100; i++) {
        EXPECT(fa_arena_take(&arena, 16) != NULL, "a small piece is given");
        EXPECT(fa_arena_take(&arena, 100000) != NULL, "a large piece is given");
    }
    EXPECT(arena.bytes < 100 * 100000 + 100 * 200, "large pieces cost what they ask for");
    fa_arena_free(&arena);
}

static void
test_small_pieces_cost_little(void)
{
    fa_arena arena = {0};
    for (size_t i = 0; i < 100000; i++) {
        EXPECT(fa_arena_take(&arena, 48) != NULL, "a small piece is given");
    }
    EXPECT(arena.bytes < 100000 * 50, "small pieces cost little beyond what they ask for");
    fa_arena_free(&arena);
}

static void
test_impossible_sizes_give_null(void)
{
    fa_arena arena = {0};
    EXPECT(fa_arena_take(&arena, SIZE_MAX) == NULL, "SIZE_MAX is refused");
    EXPECT(fa_arena_take(&arena, SIZE_MAX - 40) == NULL, "a size that overflows is refused");
    EXPECT(fa_arena_copy(&arena, (fa_text){"", SIZE_MAX}) == NULL, "an impossible text is refused");
    EXPECT(fa_arena_take(&arena, 8) != NULL, "the arena still works after a refusal");
    fa_arena_free(&arena);
}

static void
test_a_copy_is_terminated_and_equal(void)
{
    fa_arena arena = {0};
    const char *copy = fa_arena_copy(&arena, FA_TEXT("abc"));
    EXPECT(copy != NULL && strcmp(copy, "abc") == 0, "the copy is equal");
    copy = fa_arena_copy(&arena, (fa_text){NULL, 0});
    EXPECT(copy != NULL && copy[0] == '\0', "the copy of nothing is an empty string");
    fa_arena_free(&arena);
}

int
main(void)
{
    test_memory_is_zeroed_aligned_and_disjoint();
    test_large_pieces_do_not_waste_the_block_in_use();
    test_small_pieces_cost_little();
    test_impossible_sizes_give_null();
    test_a_copy_is_terminated_and_equal();
    return test_result();
}
