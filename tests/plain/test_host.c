/* test_host.c: names that are not ASCII become what rules hold, and what may be mapped is doubtful. */
#include "decide/host.h"

#include "test.h"

static bool
reads(const char *given, const char *name, bool doubtful)
{
    fa_host host;
    fa_host_read((fa_text){given, strlen(given)}, &host);
    bool same = fa_text_equal(host.name, (fa_text){name, strlen(name)}) && host.doubtful == doubtful;
    if (!same) {
        fprintf(stderr, "%s: %.*s %d\n", given, (int)host.name.length, host.name.bytes, host.doubtful);
    }
    return same;
}

int
main(void)
{
    EXPECT(reads("example.com", "example.com", false), "ASCII stays");
    EXPECT(reads("Example.COM.", "Example.COM.", false), "rules compare without case");
    EXPECT(reads("", "", false), "nothing");
    EXPECT(reads("b\xc3\xbc" "cher.de", "xn--bcher-kva.de", false), "a letter with a mark");
    EXPECT(reads("B\xc3\xbc" "CHER.de.", "xn--bcher-kva.de.", false), "capitals of ASCII");
    EXPECT(reads("\xe4\xbe\x8b\xe5\xad\x90.jp", "xn--fsqu00a.jp", false), "Chinese characters");
    EXPECT(reads("\xd0\xbf\xd1\x80\xd0\xb8\xd0\xbc\xd0\xb5\xd1\x80", "xn--e1afmkfd", false), "Cyrillic");
    EXPECT(reads("stra\xc3\x9f" "e.de", "xn--strae-oqa.de", true), "a sharp s is mapped");
    EXPECT(reads("\xc3\x9c.de", "xn--wca.de", true), "a capital is mapped");
    EXPECT(reads("\xef\xbd\x85vil.com", "xn--vil-376s.com", true), "a fullwidth letter is mapped");
    EXPECT(reads("a\xe3\x80\x82" "b", "xn--ab-r13a", true), "another full stop divides");
    EXPECT(reads("e\\118il.com", "e\\118il.com", true), "an escape");
    EXPECT(reads("a b", "a b", true), "a space");
    EXPECT(reads("\xff", "", true) && reads("\xc3", "", true) && reads("\xed\xb3\xbf\xc0", "", true),
           "no text");
    char longest[600];
    for (size_t i = 0; i + 2 < sizeof longest; i += 2) {
        memcpy(longest + i, "\xc3\xbc", 2);
    }
    longest[sizeof longest - 2] = '\0';
    EXPECT(reads(longest, "", true), "a label that is too long");
    return test_result();
}
