/* glob.c: fnmatch-style patterns over UTF-8, in time that grows with pattern times text at worst. */
#include "support/glob.h"

/* Where to go on when what follows a star does not match: the star then takes more. */
typedef struct resume {
    size_t pattern; /* just after the star */
    size_t text;    /* where in the text to try it next */
    bool set;
} resume;

size_t
fa_glob_character(fa_text text, size_t at, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text.bytes + at;
    size_t length = bytes[0] < 0x80             ? 1
                    : (bytes[0] & 0xe0) == 0xc0 ? 2
                    : (bytes[0] & 0xf0) == 0xe0 ? 3
                    : (bytes[0] & 0xf8) == 0xf0 ? 4
                                                : 0;

    if (length == 1) {
        *code = bytes[0];
        return 1;
    }
    uint32_t value = length == 0 ? 0 : bytes[0] & (0x7fu >> length);
    bool valid = length != 0 && length <= text.length - at;
    for (size_t i = 1; valid && i < length; i++) {
        valid = (bytes[i] & 0xc0) == 0x80;
        value = value << 6 | (bytes[i] & 0x3fu);
    }
    if (!valid || value < least[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) {
        *code = 0xdc00u + bytes[0];
        return 1;
    }
    *code = value;
    return length;
}

/* Match one character against the set that begins at pattern[at] == '['. Returns 1 or 0 and moves *end
 * past the set; -1 when nothing closes it. */
static int
match_set(fa_text pattern, size_t at, uint32_t character, size_t *end)
{
    size_t i = at + 1;
    bool negated = i < pattern.length && pattern.bytes[i] == '!';
    if (negated) {
        i++;
    }
    bool found = false;
    for (size_t first = i; i < pattern.length;) {
        uint32_t low, high;
        if (pattern.bytes[i] == ']' && i > first) {
            *end = i + 1;
            return found != negated;
        }
        i += fa_glob_character(pattern, i, &low);
        high = low;
        if (i + 1 < pattern.length && pattern.bytes[i] == '-' && pattern.bytes[i + 1] != ']') {
            i++;
            i += fa_glob_character(pattern, i, &high);
        }
        found = found || (low <= character && character <= high);
    }
    return -1;
}

/* Match the character at text[*t] against the pattern at *p, which is no star. Returns whether it
 * matches; then both are moved on. */
static bool
match_one(fa_text pattern, size_t *p, fa_text text, size_t *t, char separator)
{
    uint32_t character, expected;
    size_t length = fa_glob_character(text, *t, &character);
    size_t end = *p + 1;
    bool is_separator = separator != '\0' && text.bytes[*t] == separator;
    bool matches;
    int inside = -1;

    if (pattern.bytes[*p] == '[') {
        inside = match_set(pattern, *p, character, &end);
    }
    if (inside >= 0) {
        matches = inside == 1 && !is_separator;
    }
    else if (pattern.bytes[*p] == '?') {
        matches = !is_separator;
    }
    else {
        end = *p + fa_glob_character(pattern, *p, &expected);
        matches = character == expected;
    }
    if (matches) {
        *p = end;
        *t += length;
    }
    return matches;
}

/* Where the character after the one at `at` begins; beyond the end when there is none. */
static size_t
after(fa_text text, size_t at)
{
    uint32_t code;
    return at < text.length ? at + fa_glob_character(text, at, &code) : at + 1;
}

bool
fa_glob_match(fa_text pattern, fa_text text, char separator)
{
    resume star = {0};  /* stays within a component */
    resume stars = {0}; /* crosses them; the last one is enough: earlier ones gain nothing */
    size_t p = 0, t = 0;
    for (;;) {
        if (p < pattern.length && pattern.bytes[p] == '*') {
            bool starts = p == 0 || pattern.bytes[p - 1] == separator;
            bool crosses = separator == '\0';
            for (p++; p < pattern.length && pattern.bytes[p] == '*'; p++) {
                crosses = true;
            }
            if (!crosses) {
                star = (resume){p, after(text, t), true};
            }
            else {
                star.set = false;
                stars = (resume){p, after(text, t), true};
                /* Together with its separator it may stand for nothing at all. */
                if (separator != '\0' && starts && p < pattern.length &&
                    pattern.bytes[p] == separator) {
                    stars.text = t;
                    p++;
                }
            }
        }
        else if (p == pattern.length && t == text.length) {
            return true;
        }
        else if (p < pattern.length && t < text.length && match_one(pattern, &p, text, &t, separator)) {
            continue;
        }
        else if (star.set && star.text <= text.length && text.bytes[star.text - 1] != separator) {
            p = star.pattern;
            t = star.text;
            star.text = after(text, t);
        }
        else if (stars.set && stars.text <= text.length) {
            star.set = false;
            p = stars.pattern;
            t = stars.text;
            stars.text = after(text, t);
        }
        else {
            return false;
        }
    }
}

bool
fa_glob_is_pattern(fa_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] == '*' || text.bytes[i] == '?' || text.bytes[i] == '[') {
            return true;
        }
    }
    return false;
}
