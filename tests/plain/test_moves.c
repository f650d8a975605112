/* test_moves.c: nothing is laundered by a rename or a link, and what the rules name stays in its place. */
#include "place_cases.h"

static void
test_moves(void)
{
    static const rule rules[] = {
        {FA_PATH_ROOT, "/w", W, 0, 0},
        {FA_PATH_ROOT, "/rw", R | W, 0, 0},
        {FA_PATH_ROOT, "/rw/same", R, 0, 0},
        {FA_PATH_ROOT, "/w/box/in", R, 0, 0},
        {FA_PATH_ROOT, "/w/file", R, 0, 0},
        {FA_PATH_PATTERN, "**/.env", 0, R, 0},
        {FA_PATH_PATTERN, "/rw/keys/**/*.key", 0, R, 0},
        {FA_PATH_PATTERN, "/w/*/pub", R, 0, 0},
        {FA_PATH_ROOT, "/rw/hidden/deep", 0, R, 0},
    };
    fa_arena arena = {0};
    const fa_check *check = make(&arena, rules, 9, 0);

    EXPECT(renames(check, place("/w/a", D), absent("/w/b", C)) == FA_REASON_NONE, "within one root");
    EXPECT(renames(check, place("/rw/a", D), absent("/w/b", C)) == FA_REASON_NONE, "to fewer rights");
    EXPECT(renames(check, place("/w/a", D), absent("/rw/b", C)) == FA_REASON_GAINS_RIGHTS, "to more");
    EXPECT(renames(check, place("/rw/.env", D), absent("/rw/x", C)) == FA_REASON_GAINS_RIGHTS,
           "out of a denial");
    EXPECT(links(check, FA_ACT_LINK, "/rw/.env", "/rw/x") == FA_REASON_GAINS_RIGHTS, "nor linked");
    EXPECT(links(check, FA_ACT_LINK, "/etc/passwd", "/rw/x") == FA_REASON_GAINS_RIGHTS,
           "nothing outside is linked in");
    EXPECT(links(check, FA_ACT_LINK, "/rw/a", "/rw/b") == FA_REASON_NONE, "a link within one root");

    EXPECT(removes(check, folder("/w", D)) == FA_REASON_HOLDS_ROOT, "a root stays");
    EXPECT(removes(check, folder("/w/box", D)) == FA_REASON_HOLDS_ROOT, "so does what holds one");
    EXPECT(removes(check, folder("/w/other", D)) == FA_REASON_NONE, "others go");
    EXPECT(removes(check, folder("/rw/same", D)) == FA_REASON_NONE, "a root that adds nothing goes");
    EXPECT(removes(check, place("/w/file", D)) == FA_REASON_NONE, "a root that is a file goes");
    EXPECT(renames(check, folder("/w/box", D), absent("/w/c", C)) == FA_REASON_HOLDS_ROOT, "no move");
    EXPECT(renames(check, place("/w/file", D), place("/w/file", C | D)) == FA_REASON_NONE,
           "a root that is a file is replaced by what has its rights");
    EXPECT(renames(check, folder("/w/x", D), folder("/w/box/in", C | D)) == FA_REASON_HOLDS_ROOT,
           "nothing comes into a root's place");
    EXPECT(renames(check, folder("/w/x", D), absent("/w/box", C | D)) == FA_REASON_HOLDS_ROOT,
           "nor above it");

    EXPECT(renames(check, folder("/rw/d", D), absent("/rw/e", C)) == FA_REASON_NONE,
           "entries that match anywhere forbid no move");
    EXPECT(renames(check, folder("/rw/hidden", D), absent("/rw/e", C)) == FA_REASON_HOLDS_DENY,
           "no move of what holds a denial");
    EXPECT(renames(check, folder("/rw/hidden/deep/x", D), absent("/w/e", C)) == FA_REASON_HOLDS_DENY,
           "no move out of a denial, even to where nothing is granted");
    EXPECT(renames(check, folder("/rw/keys/a", D), absent("/rw/b", C)) == FA_REASON_HOLDS_DENY,
           "no move out of a deny pattern");
    EXPECT(renames(check, folder("/rw/keys", D), absent("/rw/b", C)) == FA_REASON_HOLDS_DENY,
           "no move of its fixed part");
    EXPECT(renames(check, folder("/rw/keys/a", D), absent("/rw/keys/b", C)) == FA_REASON_NONE,
           "a move within it");
    EXPECT(renames(check, folder("/w/a", D), absent("/w/b", C)) == FA_REASON_NONE,
           "siblings match a grant's pattern alike");
    EXPECT(renames(check, folder("/w/a/x", D), absent("/w/x", C)) == FA_REASON_GAINS_RIGHTS,
           "a folder does not begin to match a grant");
    fa_arena_free(&arena);
}

static void
test_link_targets(void)
{
    static const rule rules[] = {
        {FA_PATH_ROOT, "/w", W, 0, 0}, {FA_PATH_ROOT, "/r", R, 0, 0}, {FA_PATH_ROOT, "/r/no", 0, R, 0}
    };
    fa_arena arena = {0};
    const fa_check *check = make(&arena, rules, 3, 0);

    EXPECT(links(check, FA_ACT_SYMLINK, "/w/a", "/w/l") == FA_REASON_NONE, "to what is covered");
    EXPECT(links(check, FA_ACT_SYMLINK, "/r/a", "/w/l") == FA_REASON_LINK_TARGET,
           "not to where less is allowed: a thread may exchange the link for a folder");
    EXPECT(links(check, FA_ACT_SYMLINK, "/etc", "/w/l") == FA_REASON_LINK_TARGET, "not outside");
    EXPECT(links(check, FA_ACT_SYMLINK, "/r/no", "/w/l") == FA_REASON_LINK_TARGET, "not to a denial");
    EXPECT(links(check, FA_ACT_SYMLINK, "/w/a", "/r/l") == FA_REASON_OUTSIDE_ROOT, "only where allowed");
    fa_place to = absent("/w/l", L | C), bad = {.path = text("/w/a"), .error = 40};
    EXPECT(judge(check, FA_ACT_SYMLINK, bad, &to).reason == FA_REASON_UNRESOLVABLE, "nor to a loop");
    fa_arena_free(&arena);
}

/* Unpacking gives no such event today; the judge is total all the same. */
static void
test_what_has_no_name(void)
{
    static const rule rules[] = {{FA_PATH_ROOT, "/", R | W, 0, 0}};
    static const fa_act acts[] = {FA_ACT_RENAME, FA_ACT_LINK};
    fa_arena arena = {0};
    const fa_check *check = make(&arena, rules, 1, 0);
    fa_place nameless = {.descriptor = true, .exists = true}, named = absent("/a", C | L);

    for (size_t i = 0; i < 2; i++) {
        EXPECT(judge(check, acts[i], nameless, &named).reason == FA_REASON_UNRESOLVABLE,
               "an open file that no name leads to gets none");
        EXPECT(judge(check, acts[i], place("/b", 0), &nameless).reason == FA_REASON_UNRESOLVABLE,
               "nor is one a name for something else");
    }
    EXPECT(judge(check, FA_ACT_SYMLINK, place("/b", 0), &nameless).reason == FA_REASON_UNRESOLVABLE,
           "nor a link");
    EXPECT(judge(check, FA_ACT_SYMLINK, nameless, &named).reason == FA_REASON_NONE,
           "a link may lead to an open file");
    EXPECT(judge(check, FA_ACT_REMOVE, nameless, NULL).reason == FA_REASON_NONE, "removing one is no move");
    fa_arena_free(&arena);
}

int
main(void)
{
    each_way(test_moves);
    each_way(test_link_targets);
    each_way(test_what_has_no_name);
    return test_result();
}
