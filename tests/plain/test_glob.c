/* test_glob.c: patterns match what a shell user expects, and nothing costs more than it should. */
#include "support/glob.h"

#include <stdlib.h>

#include "test.h"

static bool
matches(const char *pattern, const char *text, char separator)
{
    return fa_glob_match((fa_text){pattern, strlen(pattern)}, (fa_text){text, strlen(text)}, separator);
}

/* The rules without cleverness: the oracle. Patterns without sets. */
static bool
slow(const char *p, const char *t, char separator, const char *begin)
{
    if (*p == '\0') {
        return *t == '\0';
    }
    if (*p == '*') {
        const char *after = p;
        while (*after == '*') {
            after++;
        }
        bool crosses = separator == '\0' || after - p > 1;
        if (crosses && separator != '\0' && *after == separator &&
            (p == begin || p[-1] == separator) && slow(after + 1, t, separator, begin)) {
            return true;
        }
        for (;; t++) {
            if (slow(after, t, separator, begin)) {
                return true;
            }
            if (*t == '\0' || (!crosses && *t == separator)) {
                return false;
            }
        }
    }
    if (*t == '\0') {
        return false;
    }
    bool one = *p == '?' ? separator == '\0' || *t != separator : *p == *t;
    return one && slow(p + 1, t + 1, separator, begin);
}

static void
test_generated_patterns_agree_with_the_oracle(void)
{
    static const char letters[] = "ab/**?";
    srand(1);
    for (int round = 0; round < 300000; round++) {
        char pattern[9] = {0}, text[9] = {0};
        for (int i = rand() % 9; i-- > 0;) {
            pattern[i] = letters[rand() % 6];
        }
        for (int i = rand() % 9; i-- > 0;) {
            text[i] = letters[rand() % 3];
        }
        char separator = round % 2 ? '/' : '\0';
        bool same = matches(pattern, text, separator) == slow(pattern, text, separator, pattern);
        EXPECT(same, "a pattern means the same here and in the oracle");
        if (!same) {
            fprintf(stderr, "pattern %s text %s separator %d\n", pattern, text, separator);
            return;
        }
    }
}

static void
test_a_star_stays_within_a_component(void)
{
    EXPECT(matches("/run/*.sock", "/run/a.sock", '/'), "a star matches a name");
    EXPECT(!matches("/run/*.sock", "/run/b/a.sock", '/'), "a star does not cross a separator");
    EXPECT(matches("/run/**/a", "/run/b/c/a", '/'), "two stars cross separators");
    EXPECT(matches("/run/**/a", "/run/a", '/'), "two stars and their separator match nothing");
    EXPECT(matches("**/.env", "/.env", '/'), "leading stars match at the root");
    EXPECT(matches("**/.env", "/a/b/.env", '/'), "leading stars match at depth");
    EXPECT(!matches("**/.env", "/a/b.env", '/'), "leading stars match whole components");
    EXPECT(matches("sta*", "status --all\n/etc", '\0'), "without a separator a star matches all");
}

static void
test_sets_match_one_byte(void)
{
    EXPECT(matches("[abc]", "b", '\0'), "a listed byte matches");
    EXPECT(matches("[a-c]x", "bx", '\0'), "a byte of a range matches");
    EXPECT(!matches("[!a-c]", "b", '\0'), "a negated set excludes");
    EXPECT(matches("[]]", "]", '\0'), "a closing bracket may come first");
    EXPECT(matches("[a", "[a", '\0'), "an open bracket without end is itself");
    EXPECT(matches("[[]x", "[x", '\0'), "a set of one bracket quotes it");
    EXPECT(!matches("[!a]", "/", '/'), "a set never matches the separator");
    EXPECT(!matches("[a-]", "b", '\0') && matches("[a-]", "-", '\0'), "a trailing hyphen is itself");
}

static void
test_hostile_patterns_end(void)
{
    char pattern[2001], text[20001];
    for (size_t i = 0; i < 2000; i += 2) {
        pattern[i] = '*';
        pattern[i + 1] = 'a';
    }
    pattern[1999] = 'b';
    pattern[2000] = '\0';
    memset(text, 'a', 20000);
    text[20000] = '\0';
    EXPECT(!matches(pattern, text, '\0'), "many stars against a long text end");
    EXPECT(!matches(pattern, text, '/'), "many stars against a long component end");
}

int
main(void)
{
    test_generated_patterns_agree_with_the_oracle();
    test_a_star_stays_within_a_component();
    test_sets_match_one_byte();
    test_hostile_patterns_end();
    return test_result();
}
