/* test_pattern.c: a pattern covers what it says, and unreadable ones are told. */
#include "decide/pattern.h"

#include <stdlib.h>

#include "test.h"

static fa_text
text(const char *string)
{
    return (fa_text){string, strlen(string)};
}

static bool
covers(const char *pattern, const char *path)
{
    fa_arena arena = {0};
    const fa_pattern *built = fa_pattern_new(&arena, text(pattern));
    EXPECT(built != NULL, "the pattern can be built");
    bool answer = built != NULL && fa_pattern_covers(built, text(path));
    fa_arena_free(&arena);
    return answer;
}

static bool
readable(const char *pattern)
{
    const char *why = NULL;
    bool answer = fa_pattern_check(text(pattern), &why);
    EXPECT(answer == (why == NULL), "why is said when, and only when, it is not readable");
    return answer;
}

static bool
fixed(const char *pattern, const char *expected)
{
    return fa_text_equal(fa_pattern_fixed(text(pattern)), text(expected));
}

/* Whether what lies beneath `a` and beneath `b` is matched alike. */
static bool
alike(const char *pattern, const char *a, const char *b)
{
    fa_arena arena = {0};
    const fa_pattern *built = fa_pattern_new(&arena, text(pattern));
    bool answer = fa_pattern_read(built, text(a)) == fa_pattern_read(built, text(b));
    fa_arena_free(&arena);
    return answer;
}

int
main(void)
{
    EXPECT(covers("/a/*.txt", "/a/b.txt"), "a star stands for a part of a name");
    EXPECT(!covers("/a/*.txt", "/a/b/c.txt"), "a star stays within a component");
    EXPECT(covers("/a/*", "/a/.hidden"), "a star matches a dot");
    EXPECT(!covers("/a/*", "/a"), "a component cannot be nothing");
    EXPECT(covers("/a/*/c", "/a/b/c/d/e"), "what lies beneath a match is covered");
    EXPECT(covers("/a/b?d", "/a/bcd") && !covers("/a/b?d", "/a/bd"), "a question mark is one character");
    EXPECT(covers("/a/caf?", "/a/caf\xc3\xa9") && covers("/a/?", "/a/\xe9"), "in UTF-8, or a byte");
    EXPECT(covers("/a/[\xc3\xa8-\xc3\xaa]x", "/a/\xc3\xa9x"), "sets hold characters");
    EXPECT(!covers("/a/*[!\xc3\xa9]", "/a/\xc3\xa9"), "a star takes whole characters");
    EXPECT(covers("/a/[b-d]x", "/a/cx") && !covers("/a/[b-d]x", "/a/ex"), "a range");
    EXPECT(covers("/a/[!b]", "/a/c") && !covers("/a/[!b]", "/a/b"), "none of a set");
    EXPECT(covers("/a/[^b]", "/a/c") && !covers("/a/[^b]", "/a/b"), "none of a set, as regexes say");
    EXPECT(covers("/a/[]]", "/a/]") && covers("/a/[[]", "/a/["), "brackets in a set");
    EXPECT(covers("/a/x[^]]", "/a/xy") && !covers("/a/x[^]]", "/a/x]"), "not a bracket");
    EXPECT(covers("**/.env", "/.env") && covers("**/.env", "/a/b/.env"), "two stars: any depth");
    EXPECT(!covers("**/.env", "/a/x.env") && !covers("**/.env", "/a/.envx"), "whole names only");
    EXPECT(covers("/a/**/b/*.c", "/a/b/x.c") && covers("/a/**/b/*.c", "/a/x/y/b/x.c"), "inner stars");
    EXPECT(!covers("/a/**/b", "/ab/b"), "fixed names are whole");
    EXPECT(covers("/a/**", "/a/b/c") && covers("/a/**", "/a"), "trailing stars: none included");
    EXPECT(!covers("/a/**", "/b"), "trailing stars are beneath their folder");
    EXPECT(covers("/a/**/**/**/b", "/a/b"), "stars in a row are one");
    EXPECT(covers("/a//./b*/", "/a/bc"), "empty components do not count");
    EXPECT(covers("/a/b", "/a/b/c"), "a pattern without wildcards is a root");

    EXPECT(readable("**/.env") && readable("/a/[a-z]*") && readable("/**"), "these are patterns");
    EXPECT(!readable("") && !readable("a/*") && !readable("*"), "relative ones are not");
    EXPECT(!readable("/a/[b") && !readable("/a/[]") && !readable("/a/[!]"), "open sets");
    EXPECT(!readable("/a/[b/c]"), "a set does not cross a slash");
    EXPECT(!readable("/a/[z-a]"), "a reversed range");
    EXPECT(!readable("/a/b**") && !readable("/***/b"), "two stars among other things");
    EXPECT(!readable("/a/../*"), "no way up");
    EXPECT(fa_pattern_new(&(fa_arena){0}, text("/a/[b")) == NULL, "unreadable ones are not built");

    EXPECT(fixed("/srv/a/b*/c", "/srv/a") && fixed("/*", "") && fixed("**/x", ""), "the fixed part");
    EXPECT(fixed("/a/b", "/a/b"), "all of it is fixed without a wildcard");

    EXPECT(alike("**/.env", "/a/b", "/c"), "entries that match anywhere match alike everywhere");
    EXPECT(alike("/w/*/key", "/w/a", "/w/b"), "siblings are alike");
    EXPECT(!alike("/w/*/key", "/w/a", "/w/a/b"), "another depth is not");
    EXPECT(!alike("/w/a/**/key", "/w/a", "/w/b"), "outside the fixed part is not");

    char stars[200] = "/", name[5000] = "/";
    for (int i = 0; i < 60; i++) {
        strcat(stars, "*a");
    }
    memset(name + 1, 'a', 4000);
    strcat(stars, "b");
    EXPECT(!covers(stars, name), "many stars in a name end soon");
    strcpy(stars, "");
    strcpy(name, "");
    for (int i = 0; i < 30; i++) {
        strcat(stars, i == 0 ? "**/a" : "/**/a");
    }
    strcat(stars, "/b");
    for (int i = 0; i < 2000; i++) {
        strcat(name, "/a");
    }
    EXPECT(!covers(stars, name), "many depths end soon");
    return test_result();
}
