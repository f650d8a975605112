/* sqlite_uri.c: plain: a `file:` URI as SQLite reads it. */
#include "classify/sqlite_uri.h"

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Where the path begins: after file: and an authority, which must be empty or "localhost". */
static bool
skip_authority(fa_text uri, size_t *at)
{
    static const fa_text here = {"localhost", 9};

    *at = 5;
    if (uri.length < 7 || memcmp(uri.bytes + 5, "//", 2) != 0) {
        return true;
    }
    size_t end = 7;
    while (end < uri.length && uri.bytes[end] != '/') {
        end++;
    }
    *at = end;
    fa_text authority = {uri.bytes + 7, end - 7};
    return authority.length == 0 || fa_text_equal(authority, here);
}

/* The option `mode` decides. Escapes in the options, or a second mode, leave the widest reading. */
static void
read_options(fa_text options, fa_sqlite_uri *result)
{
    unsigned modes = 0;
    size_t at = 0;

    if (options.length > 0 && memchr(options.bytes, '%', options.length) != NULL) {
        return;
    }
    while (at < options.length) {
        size_t end = at;
        while (end < options.length && options.bytes[end] != '&') {
            end++;
        }
        fa_text option = {options.bytes + at, end - at};
        if (option.length >= 5 && memcmp(option.bytes, "mode=", 5) == 0) {
            modes++;
            result->memory = fa_text_equal(option, FA_TEXT("mode=memory"));
            result->read_only = fa_text_equal(option, FA_TEXT("mode=ro"));
            result->no_create = result->read_only || fa_text_equal(option, FA_TEXT("mode=rw"));
        }
        at = end + 1;
    }
    if (modes > 1) {
        result->memory = result->read_only = result->no_create = false;
    }
}

bool
fa_sqlite_uri_read(fa_text uri, char *path, fa_sqlite_uri *result)
{
    size_t at;

    *result = (fa_sqlite_uri){0};
    if (!skip_authority(uri, &at)) {
        return false;
    }
    while (at < uri.length && uri.bytes[at] != '?' && uri.bytes[at] != '#') {
        char c = uri.bytes[at++];
        if (c == '%' && at + 1 < uri.length && hex_digit(uri.bytes[at]) >= 0 &&
            hex_digit(uri.bytes[at + 1]) >= 0) {
            c = (char)(hex_digit(uri.bytes[at]) * 16 + hex_digit(uri.bytes[at + 1]));
            at += 2;
        }
        if (c == '\0') {
            return false;
        }
        path[result->length++] = c;
    }
    if (at < uri.length && uri.bytes[at] == '?') {
        size_t end = ++at;
        while (end < uri.length && uri.bytes[end] != '#') {
            end++;
        }
        read_options((fa_text){uri.bytes + at, end - at}, result);
    }
    if (fa_text_equal((fa_text){path, result->length}, FA_TEXT(":memory:"))) {
        result->memory = true;
    }
    return true;
}
