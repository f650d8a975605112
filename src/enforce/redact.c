/* redact.c: what looks like a secret leaves a command line before anybody reads it. */
#include "enforce/redact.h"

#include "enforce/secret_form.h"

#define LOOK_AHEAD ((size_t)1024) /* bytes that a credential may have: bounds the work per position */
#define LOOK_BACK ((size_t)64)    /* bytes of a name in front of a value */

static bool
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_quote(char c)
{
    return c == '"' || c == '\'' || c == '`';
}

static bool
is_name_byte(char c)
{
    return fa_secret_form_is_word(c) || c == '_' || c == '-' || c == '.';
}

/* From `at` to the first byte of `stops`, to a space or quote, or to the end. */
static size_t
until(fa_text text, size_t at, const char *stops)
{
    size_t end = at;
    while (end < text.length && !is_space(text.bytes[end]) && !is_quote(text.bytes[end])
           && (text.bytes[end] == '\0' || strchr(stops, text.bytes[end]) == NULL)) {
        end++;
    }
    return end - at;
}

/* What lies at `at`, as far as anybody looks. */
static fa_text
beginning(fa_text text, size_t at)
{
    size_t left = text.length - at;
    return (fa_text){text.bytes + at, left < LOOK_AHEAD ? left : LOOK_AHEAD};
}

/* user:password@ in front of a host, the @ left out. */
static size_t
url_credentials(fa_text text, size_t at)
{
    if (at < 3 || memcmp(text.bytes + at - 3, "://", 3) != 0) {
        return 0;
    }
    fa_text url = beginning(text, at);
    url.length = until(url, 0, "");
    size_t host = until(url, 0, "/?#");
    /* A password may hold a slash that nobody escaped: then what looks like the host ends in a colon
     * and no port. */
    size_t digits = host;
    while (digits > 0 && url.bytes[digits - 1] >= '0' && url.bytes[digits - 1] <= '9') {
        digits--;
    }
    bool port = digits > 0 && url.bytes[digits - 1] == ':';
    bool colon = memchr(url.bytes, ':', host) != NULL;
    size_t last = 0; /* where the last @ lies, and 1 */
    for (size_t i = 0; i < url.length; i++) {
        if (url.bytes[i] == '@' && (i < host || (colon && !port && last == 0))) {
            last = i + 1;
        }
    }
    if (last <= 1) {
        return 0;
    }
    bool password = memchr(url.bytes, ':', last - 1) != NULL;
    bool ssh = at >= 6 && memcmp(text.bytes + at - 6, "ssh", 3) == 0;
    return password || !ssh ? last - 1 : 0;
}

/* user:password@host at the beginning of a word, without a scheme. */
static size_t
bare_credentials(fa_text text, size_t at)
{
    if (at > 0 && !is_space(text.bytes[at - 1]) && !is_quote(text.bytes[at - 1])
        && text.bytes[at - 1] != '=') {
        return 0;
    }
    fa_text word = beginning(text, at);
    size_t name = until(word, 0, ":/@=");
    if (name == 0 || name + 1 >= word.length || word.bytes[name] != ':'
        || word.bytes[name + 1] == '/') {
        return 0;
    }
    size_t end = name + until(word, name, "@");
    return end < word.length && end > name + 1 && word.bytes[end] == '@' ? end : 0;
}

/* Where the name in front of a value ends, going back over `=` or `:`, spaces and quotes; 0 for no
 * such name. *spaced: a header, whose value goes to the end of the line. *option: no mark between
 * them, so the name must be an option's. */
static size_t
name_before(fa_text text, size_t at, bool *spaced, bool *option)
{
    size_t i = at;
    if (i > 0 && is_quote(text.bytes[i - 1])) {
        i--;
    }
    size_t spaces = i;
    while (i > 0 && at - i < LOOK_BACK && is_space(text.bytes[i - 1])) {
        i--;
    }
    *spaced = i != spaces;
    *option = i > 0 && text.bytes[i - 1] != '=' && text.bytes[i - 1] != ':';
    if (i == 0 || (*option && !*spaced)) {
        return 0;
    }
    if (!*option) {
        *spaced = *spaced && text.bytes[i - 1] == ':';
        i--;
        while (i > 0 && at - i < LOOK_BACK && is_space(text.bytes[i - 1])) {
            i--;
        }
        if (i > 0 && is_quote(text.bytes[i - 1])) {
            i--;
        }
    }
    return i;
}

/* The value of something that is named like a secret: password=…, "token": "…", --api-key …,
 * Authorization: Bearer … */
static size_t
named_value(fa_text text, size_t at, bool script)
{
    bool spaced, option;
    char first = text.bytes[at];
    if (at == 0 || is_space(first) || is_quote(first) || first == '=' || first == ':') {
        return 0;
    }
    size_t end = name_before(text, at, &spaced, &option);
    size_t start = end;
    while (start > 0 && end - start < LOOK_BACK && is_name_byte(text.bytes[start - 1])) {
        start--;
    }
    fa_text name = {text.bytes + start, end - start};
    if (name.length == 0) {
        return 0;
    }
    if (option) {
        bool bearer = name.length == 6
                      && (memcmp(name.bytes, "Bearer", 6) == 0 || memcmp(name.bytes, "bearer", 6) == 0);
        if (!bearer && (name.bytes[0] != '-' || first == '-')) {
            return 0;
        }
    }
    if (!fa_secret_form_is_name(name) || (first == '/' && text.bytes[at - 1] == ':')) {
        return 0;
    }
    char before = text.bytes[at - 1];
    if (is_quote(before)) {
        const char *close = memchr(text.bytes + at, before, text.length - at);
        return close == NULL ? text.length - at : (size_t)(close - (text.bytes + at));
    }
    if (spaced && !option) {
        size_t line = at;
        while (line < text.length && text.bytes[line] != '\n' && !is_quote(text.bytes[line])) {
            line++;
        }
        return line - at;
    }
    /* An option or assignment that is an argument of its own: all the rest is its value. In a script
     * it ends with the word. */
    return start == 0 && !option && !script ? text.length - at : until(text, at, "&;,");
}

/* The length of the secret that begins at `at`; 0 for none. `script`: the text is a program. */
static size_t
secret_at(fa_text text, size_t at, bool script)
{
    size_t length = url_credentials(text, at);
    if (length == 0) {
        length = bare_credentials(text, at);
    }
    if (length == 0) {
        length = named_value(text, at, script);
    }
    if (length == 0 && text.length - at > 20 && memcmp(text.bytes + at, "-----BEGIN ", 11) == 0) {
        length = text.length - at;
    }
    if (length == 0 && (at == 0 || !fa_secret_form_is_word(text.bytes[at - 1]))) {
        bool runs = at > 0 && strchr("+/=_-", text.bytes[at - 1]) != NULL;
        length = fa_secret_form_token(beginning(text, at), !runs);
        while (length >= LOOK_AHEAD && at + length < text.length
               && (fa_secret_form_is_word(text.bytes[at + length])
                   || strchr("+/=_-.", text.bytes[at + length]) != NULL)) {
            length++; /* a token longer than anybody looks goes as a whole */
        }
    }
    return length;
}

/* Whether the argument in front says that this one is a secret as a whole. */
static bool
is_announced(fa_text before, fa_text argument)
{
    if (before.length < 2 || before.bytes[0] != '-' || argument.length == 0
        || argument.bytes[0] == '-') {
        return false;
    }
    if (fa_text_equal(before, FA_TEXT("-u")) || fa_text_equal(before, FA_TEXT("--user"))) {
        bool numbers = true; /* 1000:1000 are ids */
        for (size_t i = 0; i < argument.length; i++) {
            char c = argument.bytes[i];
            numbers = numbers && ((c >= '0' && c <= '9') || c == ':');
        }
        return !numbers && memchr(argument.bytes, ':', argument.length) != NULL;
    }
    return memchr(before.bytes, '=', before.length) == NULL && fa_secret_form_is_name(before);
}

bool
fa_redact_argument(fa_buffer *out, fa_text before, fa_text argument)
{
    if (is_announced(before, argument)) {
        fa_buffer_add(out, FA_TEXT("[redacted]"));
        return true;
    }
    bool script = fa_text_equal(before, FA_TEXT("-c"));
    bool redacted = false;
    for (size_t at = 0; at < argument.length && !out->cut && !out->failed;) {
        size_t length = secret_at(argument, at, script);
        if (length > 0) {
            fa_buffer_add(out, FA_TEXT("[redacted]"));
            redacted = true;
            at += length;
        }
        else {
            fa_buffer_add_byte(out, argument.bytes[at++]);
        }
    }
    return redacted;
}
