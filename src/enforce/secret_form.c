/* secret_form.c: what a secret looks like: names that announce one, tokens by their form, chance. */
#include "enforce/secret_form.h"

#define NAME_BYTES ((size_t)64) /* of a name: its end decides */

/* A name that ends so, marks and case aside, is that of a secret. */
static const char *const endings[] = {
    "password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "secretkey",
    "privatekey", "encryptionkey", "accountkey", "credential", "credentials", "authorization",
    "cookie", "signature",
};

/* So is one whose last part is one of these, which are parts of ordinary words as well. */
static const char *const last_parts[] = {"pass", "pwd", "psw", "auth", "bearer", "sig"};

/* A token that services hand out begins so; after it come at least this many characters. */
static const struct {
    const char *start;
    size_t least;      /* characters after the start */
    const char *marks; /* that may be in it, beside letters and digits */
} tokens[] = {
    {"ghp_", 16, "_"}, {"gho_", 16, "_"}, {"ghu_", 16, "_"}, {"ghs_", 16, "_"}, {"ghr_", 16, "_"},
    {"github_pat_", 16, "_"}, {"glpat-", 16, "_-"}, {"gldt-", 16, "_-"},
    {"sk-", 16, "_-"}, {"sk_live_", 12, "_"}, {"sk_test_", 12, "_"}, {"rk_live_", 12, "_"},
    {"pk_live_", 12, "_"}, {"whsec_", 16, "_"},
    {"xoxb-", 10, "-"}, {"xoxp-", 10, "-"}, {"xoxa-", 10, "-"}, {"xoxs-", 10, "-"}, {"xapp-", 10, "-"},
    {"AKIA", 16, ""}, {"ASIA", 16, ""}, {"AIza", 30, "_-"}, {"ya29.", 16, "_-."},
    {"npm_", 20, "_"}, {"pypi-", 20, "_-"}, {"hf_", 16, ""}, {"dop_v1_", 16, "_"}, {"SG.", 16, "_-."},
    {"eyJ", 30, "_-.="},
};

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
ends_with(const char *name, size_t length, const char *ending)
{
    size_t count = strlen(ending);
    return length >= count && memcmp(name + length - count, ending, count) == 0;
}

bool
fa_secret_form_is_name(fa_text name)
{
    char letters[NAME_BYTES]; /* the end of the name: lower case, no marks */
    size_t length = 0;
    size_t last_part = 0; /* where it begins in `letters` */
    size_t from = name.length > NAME_BYTES ? name.length - NAME_BYTES : 0;
    for (size_t i = from; i < name.length; i++) {
        if (fa_secret_form_is_word(name.bytes[i])) {
            letters[length++] = lower(name.bytes[i]);
        }
        else if (i + 1 < name.length) {
            last_part = length;
        }
    }
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (ends_with(letters, length, endings[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof last_parts / sizeof last_parts[0]; i++) {
        size_t count = strlen(last_parts[i]);
        if (length - last_part == count && memcmp(letters + last_part, last_parts[i], count) == 0) {
            return true;
        }
    }
    return false;
}

/* How many characters from the start are letters, digits or one of `marks`. */
static size_t
span(fa_text text, const char *marks)
{
    size_t i = 0;
    while (i < text.length
           && (fa_secret_form_is_word(text.bytes[i])
               || (text.bytes[i] != '\0' && strchr(marks, text.bytes[i]) != NULL))) {
        i++;
    }
    return i;
}

static size_t
known_token(fa_text text)
{
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        size_t start = strlen(tokens[i].start);
        if (text.length <= start || memcmp(text.bytes, tokens[i].start, start) != 0) {
            continue;
        }
        fa_text rest = {text.bytes + start, text.length - start};
        size_t count = span(rest, tokens[i].marks);
        if (count >= tokens[i].least) {
            return start + count;
        }
    }
    return 0;
}

/* Whether a string reads like chance: many different characters, and the kind (lower case, upper case,
 * digit) changes far more often than in words, names, versions or numbers. */
static bool
looks_random(fa_text text)
{
    size_t lowers = 0, uppers = 0, digits = 0, changes = 0, letters = 0, different = 0;
    bool met[128] = {false};
    int last = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        if (!fa_secret_form_is_word(c)) {
            continue;
        }
        int kind = c <= '9' ? 1 : c <= 'Z' ? 2 : 3;
        digits += kind == 1;
        uppers += kind == 2;
        lowers += kind == 3;
        changes += last != 0 && kind != last;
        last = kind;
        letters++;
        different += !met[(unsigned char)c];
        met[(unsigned char)c] = true;
    }
    if (different < 8 || (lowers == 0) + (uppers == 0) + (digits == 0) > 1) {
        return false;
    }
    /* Chance gives 0.62 with three kinds, 0.5 with both cases, 0.4 to 0.47 with one case and digits;
     * CamelCase has about 0.38. */
    size_t least = digits == 0 ? 45 : lowers == 0 || uppers == 0 ? 25 : 40;
    return changes * 100 >= letters * least;
}

/* Base64, plain or for URLs: the length of one that begins at `text`, or 0. */
static size_t
base64(fa_text text)
{
    /* With slashes only where it cannot be a path. */
    size_t run = span(text, "+/=_-");
    if (run < 32) {
        return 0;
    }
    if (text.bytes[0] == '/'
        || (run != 40 && text.bytes[run - 1] != '=' && memchr(text.bytes, '+', run) == NULL)) {
        run = span(text, "+=_-");
    }
    size_t marks = 0;
    for (size_t i = 0; i < run; i++) {
        marks += text.bytes[i] == '_' || text.bytes[i] == '-';
    }
    /* Names have more marks than chance, which gives one in 32. */
    return run >= 32 && marks * 10 <= run && looks_random((fa_text){text.bytes, run}) ? run : 0;
}

size_t
fa_secret_form_token(fa_text text, bool whole)
{
    size_t count = known_token(text);
    if (count == 0 && whole) {
        count = base64(text);
    }
    if (count > 0) {
        return count;
    }
    size_t piece = span(text, "");
    return piece >= 20 && looks_random((fa_text){text.bytes, piece}) ? piece : 0;
}
