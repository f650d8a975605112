/* glob.c: fnmatch-style patterns over bytes, in time that grows with pattern times text at worst. */
#include "support/glob.h"

/* Where to go on when what follows a star does not match: the star then takes more. */
typedef struct resume {
    size_t pattern; /* just after the star */
    size_t text;    /* where in the text to try it next */
    bool set;
} resume;

/* Match one byte against the set that begins at pattern[at] == '['. Returns 1 or 0 and moves *end past
 * the set; -1 when nothing closes it. */
static int
match_set(fa_text pattern, size_t at, unsigned char byte, size_t *end)
{
    size_t i = at + 1;
    bool negated = i < pattern.length && pattern.bytes[i] == '!';
    if (negated) {
        i++;
    }
    bool found = false;
    for (size_t first = i; i < pattern.length; i++) {
        unsigned char low = (unsigned char)pattern.bytes[i];
        if (low == ']' && i > first) {
            *end = i + 1;
            return found != negated;
        }
        unsigned char high = low;
        if (i + 2 < pattern.length && pattern.bytes[i + 1] == '-' && pattern.bytes[i + 2] != ']') {
            high = (unsigned char)pattern.bytes[i + 2];
            i += 2;
        }
        found = found || (low <= byte && byte <= high);
    }
    return -1;
}

/* Match one byte against the pattern at `at`, which is no star. Returns whether it matches. */
static bool
match_one(fa_text pattern, size_t at, char byte, char separator, size_t *end)
{
    bool is_separator = separator != '\0' && byte == separator;
    *end = at + 1;
    if (pattern.bytes[at] == '?') {
        return !is_separator;
    }
    if (pattern.bytes[at] == '[') {
        int inside = match_set(pattern, at, (unsigned char)byte, end);
        if (inside >= 0) {
            return inside == 1 && !is_separator;
        }
    }
    return pattern.bytes[at] == byte;
}

bool
fa_glob_match(fa_text pattern, fa_text text, char separator)
{
    resume star = {0};  /* stays within a component */
    resume stars = {0}; /* crosses them; the last one is enough: earlier ones gain nothing */
    size_t p = 0, t = 0;
    for (;;) {
        size_t next;
        if (p < pattern.length && pattern.bytes[p] == '*') {
            bool starts = p == 0 || pattern.bytes[p - 1] == separator;
            bool crosses = separator == '\0';
            for (p++; p < pattern.length && pattern.bytes[p] == '*'; p++) {
                crosses = true;
            }
            if (!crosses) {
                star = (resume){p, t + 1, true};
            }
            else {
                star.set = false;
                stars = (resume){p, t + 1, true};
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
        else if (p < pattern.length && t < text.length &&
                 match_one(pattern, p, text.bytes[t], separator, &next)) {
            p = next;
            t++;
        }
        else if (star.set && star.text <= text.length && text.bytes[star.text - 1] != separator) {
            p = star.pattern;
            t = star.text++;
        }
        else if (stars.set && stars.text <= text.length) {
            star.set = false;
            p = stars.pattern;
            t = stars.text++;
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
