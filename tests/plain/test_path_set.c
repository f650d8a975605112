/* test_path_set.c: a set finds exactly the members that a path is or lies beneath. */
#include "decide/path_set.h"

#include <stdlib.h>

#include "test.h"

static fa_text
text(const char *string)
{
    return (fa_text){string, strlen(string)};
}

/* A set of the given paths plus `extra` others that nothing asks for: 0 is a small one. */
static fa_path_set
make(fa_arena *arena, const char *const *paths, size_t count, size_t extra)
{
    fa_path_set set;
    fa_path_entry *entries = fa_arena_take(arena, (count + extra) * sizeof(*entries));
    for (size_t i = 0; i < count + extra; i++) {
        char other[40];
        fa_text path;
        snprintf(other, sizeof(other), "/elsewhere/%zu", i);
        path = text(i < count ? paths[i] : other);
        entries[i] = (fa_path_entry){
            fa_arena_copy(arena, path), (uint32_t)path.length, (uint32_t)i
        };
    }
    EXPECT(fa_path_set_build(&set, arena, entries, count + extra), "the set can be built");
    return set;
}

static uint32_t
found(const fa_path_set *set, const char *path)
{
    fa_path_search search = fa_path_set_search(set, text(path));
    uint32_t item, all = 0;
    size_t length;

    while (fa_path_search_next(&search, &item, &length)) {
        EXPECT(length <= strlen(path), "a member is no longer than the path");
        all |= 1u << item;
    }
    return all;
}

static void
test_members(size_t extra)
{
    static const char *const paths[] = {"/srv/box", "/srv/box/in", "/srv/box", "/", "/a"};
    fa_arena arena = {0};
    fa_path_set set = make(&arena, paths, 5, extra);
    uint32_t first, end;

    EXPECT(found(&set, "/srv/box") == 0xd, "a root is inside itself, and twice when given twice");
    EXPECT(found(&set, "/srv/box/x/y") == 0xd, "what lies beneath is inside");
    EXPECT(found(&set, "/srv/box/in/x") == 0xf, "all roots above are found");
    EXPECT(found(&set, "/srv/boxer") == 0x8, "a sibling whose name begins alike is outside");
    EXPECT(found(&set, "/srv") == 0x8, "what lies above is outside");
    EXPECT(found(&set, "/") == 0x8, "only the root covers the root");
    EXPECT(found(&set, "/a/b") == 0x18, "short roots are found");
    fa_path_set_beneath(&set, text("/srv"), &first, &end);
    EXPECT(end - first == 3, "three members lie beneath /srv");
    fa_path_set_beneath(&set, text("/srv/box"), &first, &end);
    EXPECT(end - first == 1, "a member does not lie beneath itself");
    fa_path_set_beneath(&set, text("/"), &first, &end);
    EXPECT(end - first == 4 + extra, "all but the root lie beneath the root");
    fa_path_set_beneath(&set, text("/srv/bo"), &first, &end);
    EXPECT(end == first, "a name that is only begun holds nothing");
    fa_arena_free(&arena);
}

static void
test_empty(void)
{
    fa_arena arena = {0};
    fa_path_set set;
    uint32_t first, end;

    EXPECT(fa_path_set_build(&set, &arena, NULL, 0), "an empty set can be built");
    EXPECT(found(&set, "/a") == 0, "an empty set covers nothing");
    fa_path_set_beneath(&set, text("/"), &first, &end);
    EXPECT(first == end, "an empty set has nothing beneath");
}

/* The hash against the loop, over random paths of few names. */
static void
test_small_and_large_agree(void)
{
    char names[24][32];
    const char *paths[24];
    fa_arena arena = {0};
    unsigned seed = 7;

    for (int i = 0; i < 24; i++) {
        size_t end = 0;
        for (int depth = 1 + i % 5; depth > 0; depth--) {
            seed = seed * 1103515245 + 12345;
            end += (size_t)snprintf(names[i] + end, 32 - end, "/%c", 'a' + (int)(seed >> 16 & 1));
        }
        paths[i] = names[i];
    }
    fa_path_set small = make(&arena, paths, 16, 0), large = make(&arena, paths, 16, 30);
    for (int i = 0; i < 24; i++) {
        EXPECT((found(&small, paths[i]) & 0xffff) == (found(&large, paths[i]) & 0xffff),
               "a large set finds what a small one finds");
    }
    fa_arena_free(&arena);
}

int
main(void)
{
    test_members(0);
    test_members(40);
    test_empty();
    test_small_and_large_agree();
    return test_result();
}
