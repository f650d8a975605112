/* fuzz_text.c: quoted and redacted texts, read back by the other side's rules. */
#include "enforce/quote.h"
#include "enforce/redact.h"
#include "feed.h"
#include "support/glob.h"

enum { MOST = 200 };

static bool
is_harmless(fa_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (c < 0x20 || c == 0x7f) {
            return false;
        }
    }
    return fa_quote_is_utf8(text);
}

static int
hex(const char *digits, int count)
{
    int number = 0;
    for (int i = 0; i < count; i++) {
        char c = digits[i];
        MUST((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'), "an escape has its digits");
        number = number * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return number;
}

static size_t
put_utf8(char *out, int point)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xC0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3F));
        return 2;
    }
    if (point >= 0xDC80 && point <= 0xDCFF) {
        out[0] = (char)(point - 0xDC00); /* surrogateescape */
        return 1;
    }
    int bytes = point < 0x10000 ? 3 : 4;
    out[0] = (char)(bytes == 3 ? 0xE0 | point >> 12 : 0xF0 | point >> 18);
    for (int i = 1; i < bytes; i++) {
        out[i] = (char)(0x80 | (point >> 6 * (bytes - 1 - i) & 0x3F));
    }
    return (size_t)bytes;
}

/* What Python reads from a literal in double quotes. */
static size_t
read_python(fa_text literal, char *out)
{
    size_t length = 0;
    MUST(literal.length >= 2 && literal.bytes[0] == '"' && literal.bytes[literal.length - 1] == '"',
         "a literal is in quotes");
    for (size_t i = 1; i < literal.length - 1; i++) {
        if (literal.bytes[i] != '\\') {
            MUST(literal.bytes[i] != '"', "a quote inside is escaped");
            out[length++] = literal.bytes[i];
            continue;
        }
        char kind = literal.bytes[++i];
        MUST(i < literal.length - 1, "an escape ends within the literal");
        int digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
        if (digits > 0) {
            length += put_utf8(out + length, hex(literal.bytes + i + 1, digits));
            i += (size_t)digits;
        }
        else {
            MUST(strchr("nrt\\\"", kind) != NULL && kind != '\0', "an escape that Python knows");
            out[length++] = kind == 'n' ? '\n' : kind == 'r' ? '\r' : kind == 't' ? '\t' : kind;
        }
    }
    return length;
}

/* What a shell reads as one word; SIZE_MAX when it is not one. */
static size_t
read_shell(fa_text word, char *out)
{
    size_t length = 0;
    char quote = '\0';
    for (size_t i = 0; i < word.length; i++) {
        char c = word.bytes[i];
        if (quote != '\0' ? c == quote : c == '\'' || c == '"') {
            quote = quote != '\0' ? '\0' : c;
        }
        else if (quote == '\0' && !fa_quote_is_plain((fa_text){&c, 1})) {
            return SIZE_MAX;
        }
        else {
            out[length++] = c;
        }
    }
    return quote == '\0' ? length : SIZE_MAX;
}

static void
check_quotes(fa_text text, fa_text other, size_t most)
{
    fa_buffer out = {0};
    char back[8 * MOST];

    fa_quote_line(&out, text, most);
    MUST(is_harmless(fa_buffer_text(&out)) || out.length == 0, "a line controls nothing");
    MUST(out.length <= 10 * (text.length < most ? text.length : most + 3) + 3, "a line is bounded");
    fa_buffer_clear(&out);

    fa_quote_python(&out, text);
    MUST(is_harmless(fa_buffer_text(&out)), "a literal controls nothing");
    size_t length = read_python(fa_buffer_text(&out), back);
    MUST(fa_text_equal(text, (fa_text){back, length}), "Python reads back what was quoted");
    fa_buffer_clear(&out);

    fa_quote_shell(&out, text);
    length = read_shell(fa_buffer_text(&out), back);
    MUST(length != SIZE_MAX && fa_text_equal(text, (fa_text){back, length}),
         "a shell reads back what was quoted");
    fa_buffer_clear(&out);

    fa_quote_pattern(&out, text);
    fa_text pattern = fa_buffer_text(&out);
    MUST(fa_glob_match(pattern, text, '\0'), "a quoted pattern matches its text");
    MUST(fa_glob_match(pattern, other, '\0') == fa_text_equal(text, other), "and no other");
    fa_buffer_clear(&out);
}

static bool
holds(fa_text text, fa_text part)
{
    for (size_t i = 0; i + part.length <= text.length; i++) {
        if (memcmp(text.bytes + i, part.bytes, part.length) == 0) {
            return true;
        }
    }
    return false;
}

static fa_text
join(feed *from, const char *front, fa_text text)
{
    size_t length = strlen(front);
    char *bytes = feed_take(from, length + text.length);
    memcpy(bytes, front, length);
    if (text.length > 0) {
        memcpy(bytes + length, text.bytes, text.length);
    }
    return (fa_text){bytes, length + text.length};
}

static void
check_redaction(feed *from, fa_text before, fa_text argument)
{
    fa_buffer out = {.most = feed_below(from, 200)};
    size_t most = out.most;
    bool redacted = fa_redact_argument(&out, before, argument);
    MUST(!out.failed && (most == 0 || out.length <= most), "a bound is kept");
    MUST(out.bytes == NULL || out.bytes[out.length] == '\0', "a NUL ends the text");
    MUST(redacted || out.cut || fa_text_equal(fa_buffer_text(&out), argument),
         "what hides nothing is as it was");
    MUST(!redacted || out.cut || holds(fa_buffer_text(&out), FA_TEXT("[redacted]")), "what is hidden is marked");
    fa_buffer_clear(&out);
}

/* A word of letters and digits is never shown where its place says what it is. */
static void
check_secrets(feed *from)
{
    static const struct {
        const char *before, *front;
    } places[] = {
        {"", "--password="}, {"--password", ""}, {"", "API_KEY="}, {"", "https://user:"}, {"-u", "user:"},
        {"", "--auth-token="}, {"", "Authorization: Bearer "}, {"", "password: "}, {"-c", "x; password="},
    };
    static const fa_text letters = {"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 62};
    size_t which = feed_below(from, sizeof places / sizeof *places);
    fa_text word = feed_of(from, 80, letters);
    if (word.length < 8) {
        return;
    }
    fa_text argument = join(from, places[which].front, word);
    if (which == 3) {
        fa_text url = join(from, "", argument);
        char *bytes = feed_take(from, url.length + 5);
        memcpy(bytes, url.bytes, url.length);
        memcpy(bytes + url.length, "@h/.x", 5);
        argument = (fa_text){bytes, url.length + 5};
    }
    bool number = true;
    for (size_t i = 0; i < word.length; i++) {
        number = number && word.bytes[i] >= '0' && word.bytes[i] <= '9';
    }
    fa_buffer out = {0};
    fa_text before = {places[which].before, strlen(places[which].before)};
    MUST(fa_redact_argument(&out, before, argument), "a secret is hidden");
    MUST(number || !holds(fa_buffer_text(&out), word), "and cannot be read");
    fa_buffer_clear(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const fa_text letters = {"aB3=:/@-_ '\"\\$;&\n.+*?[]!\xc3\xa9\xe2\x80\xae", 30};
    static const char *const fronts[] = {
        "", "password=", "https://a:b@", "ghp_", "AKIA", "-----BEGIN ", "token: '", "eyJ", "sk-", "export X=",
    };
    feed from = {.bytes = data, .left = size};
    unsigned mode = feed_below(&from, 4);
    fa_text text = mode & 1 ? feed_raw(&from, MOST) : feed_of(&from, MOST, letters);
    fa_text other = mode & 2 ? feed_raw(&from, MOST) : feed_of(&from, MOST, letters);

    check_quotes(text, other, feed_byte(&from));
    check_redaction(&from, other, join(&from, fronts[feed_below(&from, 10)], text));
    check_secrets(&from);
    feed_end(&from);
    return 0;
}
