/* test_quote.c: quoted texts come back whole, on one line, and obey nobody. */
#include "enforce/quote.h"

#include <stdlib.h>

#include "test.h"

static void
expect_text(void (*quote)(fa_buffer *, fa_text), fa_text text, const char *expected, const char *why)
{
    fa_buffer out = {0};
    quote(&out, text);
    char *shown = fa_buffer_take(&out);
    EXPECT(strcmp(shown, expected) == 0, why);
    free(shown);
}

static void
test_a_python_literal_holds_the_text(void)
{
    expect_text(fa_quote_python, FA_TEXT("/etc/motd"), "\"/etc/motd\"", "a plain text");
    expect_text(fa_quote_python, FA_TEXT("a\"b\\c"), "\"a\\\"b\\\\c\"", "a quote and a backslash");
    expect_text(fa_quote_python, FA_TEXT("a\nb\x1b"), "\"a\\nb\\x1b\"", "controls");
    expect_text(fa_quote_python, FA_TEXT("caf\xc3\xa9"), "\"caf\xc3\xa9\"", "UTF-8 stays");
    expect_text(fa_quote_python, FA_TEXT("a\xff"), "\"a\\udcff\"", "a byte that is no UTF-8");
    expect_text(fa_quote_python, FA_TEXT("\xed\xa0\x80"), "\"\\udced\\udca0\\udc80\"", "a surrogate");
    expect_text(fa_quote_python, FA_TEXT("\xc0\xaf"), "\"\\udcc0\\udcaf\"", "an overlong form");
    expect_text(fa_quote_python, FA_TEXT("a\xe2\x80\xae""b"), "\"a\\u202eb\"", "a mark of direction");
    expect_text(fa_quote_python, FA_TEXT("a\xe3\x85\xa4\xcd\x8f\xef\xb8\x8f"), "\"a\\u3164\\u034f\\ufe0f\"",
                "what is drawn as nothing");
    expect_text(fa_quote_python, FA_TEXT("\xf0\x9d\x85\xb3\xf0\x9b\xb2\xa0"), "\"\\U0001d173\\U0001bca0\"",
                "what sets other characters");
    expect_text(fa_quote_python, FA_TEXT("\xf0\x9f\x90\x8d"), "\"\xf0\x9f\x90\x8d\"", "four bytes");
    expect_text(fa_quote_python, FA_TEXT("\xf0\x9f\x90"), "\"\\udcf0\\udc9f\\udc90\"", "three of them");
    expect_text(fa_quote_python, (fa_text){"a\0b", 3}, "\"a\\x00b\"", "a NUL");
}

static void
test_a_shell_word_is_one_word(void)
{
    expect_text(fa_quote_shell, FA_TEXT("a-b_c/d.e:f,g=h+i%j@k"), "a-b_c/d.e:f,g=h+i%j@k", "plain");
    expect_text(fa_quote_shell, FA_TEXT(""), "''", "the empty word is a word");
    expect_text(fa_quote_shell, FA_TEXT("a b"), "'a b'", "a space");
    expect_text(fa_quote_shell, FA_TEXT("it's"), "'it'\"'\"'s'", "a quote");
    expect_text(fa_quote_shell, FA_TEXT("$HOME;*"), "'$HOME;*'", "what shells obey");
}

static void
test_a_pattern_matches_only_the_text(void)
{
    expect_text(fa_quote_pattern, FA_TEXT("a*b?c[d]"), "a[*]b[?]c[[]d]", "wildcards");
}

static void
test_a_long_text_is_cut_between_characters(void)
{
    fa_buffer out = {0};
    fa_quote_line(&out, FA_TEXT("abc\xc3\xa9""def"), 4);
    EXPECT(strcmp(out.bytes, "abc\xc3\xa9…") == 0, "a character that began is whole");
    fa_buffer_clear(&out);
    fa_buffer bounded = {.most = 4};
    fa_buffer_add(&bounded, FA_TEXT("abc\xc3\xa9""def"));
    EXPECT(bounded.cut && strcmp(bounded.bytes, "abc") == 0, "a bound splits no character");
    fa_buffer_add_byte(&bounded, 'x');
    EXPECT(bounded.length == 3, "nothing follows what was cut");
    fa_buffer_clear(&bounded);
    fa_buffer broken = {.most = 4};
    fa_buffer_add(&broken, FA_TEXT("\x80\x80\x80\x80\x80\x80"));
    EXPECT(broken.length == 4, "bytes that are no UTF-8 are cut anywhere");
    fa_buffer_clear(&broken);
}

int
main(void)
{
    test_a_python_literal_holds_the_text();
    test_a_shell_word_is_one_word();
    test_a_pattern_matches_only_the_text();
    test_a_long_text_is_cut_between_characters();
    return test_result();
}
