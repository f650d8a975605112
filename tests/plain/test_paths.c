/* test_paths.c: places are judged by roots, patterns and denials, and nothing is laundered. */
#include "decide/paths.h"
#include "decide/pattern.h"

#include <stdlib.h>

#include "place_cases.h"
#include "test.h"

static void
test_rights(void)
{
    static const rule rules[] = {
        {FA_PATH_ROOT, "/w", R | W, 0, 0},
        {FA_PATH_ROOT, "/r", R, 0, 0},
        {FA_PATH_ROOT, "/r/in", C, 0, 0},
        {FA_PATH_ROOT, "/w/secret", 0, R, 0},
        {FA_PATH_PATTERN, "**/.env", 0, R | W, 0},
        {FA_PATH_PATTERN, "/p/*.txt", R, 0, 0},
        {FA_PATH_PATTERN, "**/__pycache__", 0, 0, C | D},
    };
    fa_arena arena = {0};
    const fa_check *check = make(&arena, rules, 7, 0);

    EXPECT(asks(check, "/w", C) == FA_REASON_NONE, "a root is inside itself");
    EXPECT(asks(check, "/w/a/b", R | M) == FA_REASON_NONE, "what lies beneath a root has its rights");
    EXPECT(asks(check, "/wx", R) == FA_REASON_OUTSIDE_ROOT, "a sibling is outside");
    EXPECT(asks(check, "/r/x", M) == FA_REASON_OUTSIDE_ROOT, "a right granted elsewhere only");
    EXPECT(asks(check, "/r/in/x", R | C) == FA_REASON_NONE, "rights of all roots above add up");
    EXPECT(asks(check, "/w/secret/x", R) == FA_REASON_DENIED, "deny beats allow");
    EXPECT(asks(check, "/w/secret/x", M) == FA_REASON_NONE, "deny takes what it names only");
    EXPECT(asks(check, "/w/a/.env", R) == FA_REASON_DENIED, "a deny pattern beats allow");
    EXPECT(asks(check, "/w/.env/x", R) == FA_REASON_DENIED, "a denied folder is denied beneath");
    EXPECT(asks(check, "/p/a.txt", R) == FA_REASON_NONE, "a pattern grants");
    EXPECT(asks(check, "/p/a/b.txt", R) == FA_REASON_OUTSIDE_ROOT, "a star stays within a name");
    EXPECT(fa_paths_grants(check, text("/w/secret")) == W, "grants are what is allowed less denied");

    fa_verdict verdict = judge(check, FA_ACT_PLAIN, place("/w/a/.env", M), NULL);
    EXPECT(verdict.rule != NULL && strcmp(verdict.rule, "**/.env") == 0, "the rule is named as written");
    EXPECT(verdict.right == FA_MODIFY, "the right that lacks is named");
    verdict = judge(check, FA_ACT_PLAIN, absent("/r/__pycache__", C), NULL);
    EXPECT(verdict.outcome == FA_QUIET, "a probe is refused quietly");
    verdict = judge(check, FA_ACT_PLAIN, absent("/r/__pycache__/x.pyc", C), NULL);
    EXPECT(verdict.outcome == FA_REFUSE, "what lies beneath a probe's name is no probe");
    verdict = judge(check, FA_ACT_PLAIN, absent("/r/__pycache__", M), NULL);
    EXPECT(verdict.outcome == FA_REFUSE, "only the probe's rights are quiet");
    verdict = judge(check, FA_ACT_PLAIN, absent("/w/.env/__pycache__", C), NULL);
    EXPECT(verdict.outcome == FA_REFUSE, "a denial is never quiet");

    fa_place second = place("/elsewhere", C);
    verdict = judge(check, FA_ACT_PLAIN, place("/w/a", R), &second);
    EXPECT(verdict.outcome == FA_REFUSE && verdict.operand == 1, "both places are judged");
    fa_place odd = {.descriptor = true, .asks = R};
    EXPECT(judge(check, FA_ACT_PLAIN, odd, NULL).outcome == FA_ALLOW, "a descriptor is a capability");
    odd = (fa_place){.path = text("/w/a"), .asks = R, .error = 13};
    EXPECT(judge(check, FA_ACT_PLAIN, odd, NULL).reason == FA_REASON_UNRESOLVABLE, "errors refuse");
    odd = (fa_place){.asks = R};
    EXPECT(judge(check, FA_ACT_PLAIN, odd, NULL).reason == FA_REASON_UNRESOLVABLE, "no path refuses");
    EXPECT(judge(check, FA_ACT_RENAME, place("/w/a", D), NULL).reason == FA_REASON_MALFORMED,
           "a rename has two places");
    fa_event broken = {.name = "test", .shape = FA_SHAPE_BROKEN};
    EXPECT(check->judge(check, &broken).reason == FA_REASON_MALFORMED, "a broken event is refused");
    fa_arena_free(&arena);
}

static void
test_everywhere(void)
{
    static const rule rules[] = {
        {FA_PATH_ROOT, "/lib", R, 0, 0},
        {FA_PATH_ROOT, "/home/key", 0, R, 0},
    };
    fa_arena arena = {0};
    const fa_check *check = make(&arena, rules, 2, R | W);

    EXPECT(asks(check, "/x", R | M) == FA_REASON_NONE, "rights granted whole hold everywhere");
    EXPECT(asks(check, "/home/key", R) == FA_REASON_DENIED, "denials hold all the same");
    EXPECT(removes(check, folder("/lib", D)) == FA_REASON_NONE, "a root that adds nothing is no root");
    EXPECT(renames(check, place("/home/key", D), absent("/x", C)) == FA_REASON_GAINS_RIGHTS,
           "a denied file does not become readable by another name");
    EXPECT(renames(check, folder("/home", D), absent("/h", C)) == FA_REASON_HOLDS_DENY,
           "nor does the folder that holds it");
    EXPECT(links(check, FA_ACT_LINK, "/home/key", "/x") == FA_REASON_GAINS_RIGHTS, "nor by a link");
    check = make(&arena, rules, 0, 0);
    EXPECT(asks(check, "/x", R) == FA_REASON_RIGHT_NOT_GRANTED, "no rules grant nothing");
    fa_arena_free(&arena);
}

static void
test_sources(void)
{
    static const rule rules[] = {
        {FA_PATH_SOURCES, "/src", R, 0, 0},
        {FA_PATH_SOURCES, "/a.zip", R, 0, 0},
        {FA_PATH_ROOT, "/src", W, 0, 0},
        {FA_PATH_ROOT, "/src/priv", 0, R, 0},
        {FA_PATH_SOURCES, "/shut", R, 0, 0},
        {FA_PATH_ROOT, "/shut", 0, R, 0},
    };
    fa_arena arena = {0};
    const fa_check *check = make(&arena, rules, 6, 0);
    static const char *const kinds[] = {
        "/src/a.py", "/src/p/__pycache__/a.cpython-311.pyc", "/src/p/x.cpython-311-x86_64-linux-gnu.so",
        "/src/x.dist-info/RECORD", "/src/y.egg-info", "/src/y.egg-info/PKG-INFO", "/src/p/py.typed",
        "/src/z.pth", "/a.zip",
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        EXPECT(asks(check, kinds[i], R) == FA_REASON_NONE, "Python's kinds of file can be read");
    }
    EXPECT(asks(check, "/src/.env", R) == FA_REASON_OUTSIDE_ROOT, "other files cannot");
    EXPECT(asks(check, "/src/.py", R) == FA_REASON_OUTSIDE_ROOT, "an ending alone is no name");
    EXPECT(asks(check, "/src/a.pyi", R) == FA_REASON_OUTSIDE_ROOT, "stubs are not run");
    EXPECT(asks(check, "/src/priv/a.py", R) == FA_REASON_DENIED, "denials hold");
    fa_place names = folder("/src/p", R);
    names.listing = true;
    EXPECT(judge(check, FA_ACT_PLAIN, names, NULL).outcome == FA_ALLOW, "folders can be listed");
    names.path = text("/src/priv");
    EXPECT(judge(check, FA_ACT_PLAIN, names, NULL).reason == FA_REASON_DENIED, "denied ones not");
    names.path = text("/shut");
    EXPECT(judge(check, FA_ACT_PLAIN, names, NULL).outcome == FA_ALLOW,
           "the listing of a folder of sources is not refused by deny");
    names.path = text("/elsewhere");
    EXPECT(judge(check, FA_ACT_PLAIN, names, NULL).outcome == FA_REFUSE, "others not");
    EXPECT(renames(check, place("/src/.env", D), absent("/src/env.py", C)) == FA_REASON_GAINS_RIGHTS,
           "a file does not become a source by its name");
    EXPECT(renames(check, place("/src/a.py", D), absent("/src/b.py", C)) == FA_REASON_NONE,
           "a source stays one");
    EXPECT(renames(check, folder("/src/d", D), absent("/src/d.dist-info", C)) ==
               FA_REASON_GAINS_RIGHTS, "a folder does not become metadata");
    EXPECT(renames(check, folder("/src/d", D), absent("/src/e", C)) == FA_REASON_NONE, "packages move");
    fa_arena_free(&arena);
}

/* 200,000 roots: built, found, and what they cost beyond their texts. */
static void
test_many(void)
{
    enum { MANY = 200000 };
    fa_path_rule *rules = calloc(MANY, sizeof(*rules));
    char *names = malloc(MANY * 32);
    fa_arena arena = {0};
    size_t texts = 0;

    if (rules == NULL || names == NULL) {
        abort();
    }
    for (int i = 0; i < MANY; i++) {
        char *name = names + 32 * i;
        texts += (size_t)snprintf(name, 32, "/srv/%d/data/%d", i % 100, i);
        rules[i] = (fa_path_rule){text(name), text(name), R, 0, 0, FA_PATH_ROOT};
    }
    const fa_check *check = fa_paths_new(&arena, rules, MANY, 0, NULL);
    EXPECT(check != NULL, "200,000 roots can be built");
    EXPECT(asks(check, "/srv/7/data/7/x", R) == FA_REASON_NONE, "one of many is found");
    EXPECT(asks(check, "/srv/7/data/8/x", R) == FA_REASON_OUTSIDE_ROOT, "what is not there is not");
    EXPECT((arena.bytes - texts) / MANY <= 100, "a rule costs at most 100 bytes beyond its text");
    fa_arena_free(&arena);
    free(names);
    free(rules);
}

static void
test_unbuildable(void)
{
    fa_arena arena = {0};
    fa_path_rule odd = {text(""), text(""), R, 0, 0, FA_PATH_ROOT};

    EXPECT(fa_paths_new(&arena, &odd, 1, 0, NULL) == NULL, "an empty root is not the root of all");
    odd.path = text("a/b");
    EXPECT(fa_paths_new(&arena, &odd, 1, 0, NULL) == NULL, "a relative root is none");
    odd.path = text("/a/[b");
    odd.kind = FA_PATH_PATTERN;
    EXPECT(fa_paths_new(&arena, &odd, 1, 0, NULL) == NULL, "an unreadable pattern is none");
    fa_arena_free(&arena);
}

int
main(void)
{
    each_way(test_rights);
    each_way(test_everywhere);
    each_way(test_sources);
    test_many();
    test_unbuildable();
    return test_result();
}
