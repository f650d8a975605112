/* fuzz_path_set.c: members of a set of paths, and what lies beneath, against a look at each. */
#include "decide/path_set.h"
#include "feed.h"

enum { MOST = 60 };

static fa_text
without_root(fa_text path)
{
    return path.length == 1 ? (fa_text){path.bytes, 0} : path;
}

static bool
is_at_or_beneath(fa_text path, fa_text root)
{
    path = without_root(path);
    root = without_root(root);
    return root.length <= path.length && memcmp(root.bytes, path.bytes, root.length) == 0 &&
           (root.length == path.length || path.bytes[root.length] == '/');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    feed from = {.bytes = data, .left = size};
    fa_arena arena = {0};
    fa_path_set set;
    fa_text paths[MOST];
    bool found[MOST] = {false};
    size_t count = feed_below(&from, MOST + 1);
    fa_path_entry *entries = fa_arena_take(&arena, count * sizeof *entries + 1);

    for (size_t i = 0; i < count; i++) {
        paths[i] = feed_path(&from);
        entries[i] = (fa_path_entry){paths[i].bytes, (uint32_t)paths[i].length, (uint32_t)i};
    }
    MUST(fa_path_set_build(&set, &arena, entries, count), "a set can be built");
    for (int round = 0; round < 4; round++) {
        fa_text path = feed_path(&from);
        memset(found, 0, sizeof found);
        fa_path_search search = fa_path_set_search(&set, path);
        uint32_t item, first, end;
        size_t length;
        while (fa_path_search_next(&search, &item, &length)) {
            MUST(item < count && !found[item], "a member is found once");
            MUST(length == without_root(paths[item]).length, "with its length");
            found[item] = true;
        }
        fa_path_set_beneath(&set, path, &first, &end);
        MUST(first <= end && end <= count, "what lies beneath is a part of the set");
        size_t beneath = 0;
        for (size_t i = 0; i < count; i++) {
            MUST(found[i] == is_at_or_beneath(path, paths[i]), "exactly what covers the path is found");
            beneath += is_at_or_beneath(paths[i], path) && paths[i].length != path.length;
        }
        MUST(beneath == end - first, "as many as lie beneath");
        for (; first < end; first++) {
            MUST(is_at_or_beneath(paths[set.entries[first].item], path), "and these lie beneath");
        }
    }
    fa_arena_free(&arena);
    feed_end(&from);
    return 0;
}
