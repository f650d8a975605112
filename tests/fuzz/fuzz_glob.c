/* fuzz_glob.c: globs and path patterns against slow, obvious references. */
#include "decide/pattern.h"
#include "feed.h"
#include "support/glob.h"

enum { MOST = 40 };

/* A text as characters, and the reference over it: every way is tried, and remembered. */
typedef struct points {
    uint32_t code[MOST + 1];
    size_t count;
} points;

static points
decode(fa_text text)
{
    points read = {.count = 0};
    for (size_t at = 0; at < text.length;) {
        size_t length = fa_glob_character(text, at, &read.code[read.count++]);
        MUST(length >= 1 && length <= text.length - at, "a character ends within the text");
        at += length;
    }
    return read;
}

/* The set that begins at pattern[at]: 1 or 0 and its end, -1 when nothing closes it. */
static int
in_set(const points *pattern, size_t at, uint32_t character, bool caret, size_t *end)
{
    size_t first = at + 1;
    bool none_of = first < pattern->count &&
                   (pattern->code[first] == '!' || (caret && pattern->code[first] == '^'));
    first += none_of;
    size_t close = first;
    bool found = false;
    while (close < pattern->count && (pattern->code[close] != ']' || close == first)) {
        uint32_t low = pattern->code[close], high = low;
        if (close + 2 < pattern->count && pattern->code[close + 1] == '-' &&
            pattern->code[close + 2] != ']') {
            high = pattern->code[close + 2];
            close += 2;
        }
        found = found || (low <= character && character <= high);
        close++;
    }
    *end = close + 1;
    return close >= pattern->count ? -1 : found != none_of;
}

typedef struct search {
    points pattern, text;
    uint32_t separator;
    bool caret;
    signed char known[MOST + 2][MOST + 2];
} search;

static bool matches(search *self, size_t p, size_t t);

static bool
try_match(search *self, size_t p, size_t t)
{
    const points *pattern = &self->pattern, *text = &self->text;
    if (p == pattern->count) {
        return t == text->count;
    }
    if (pattern->code[p] == '*') {
        size_t end = p;
        while (end < pattern->count && pattern->code[end] == '*') {
            end++;
        }
        bool crosses = self->separator == 0 || end - p > 1;
        bool starts = p == 0 || pattern->code[p - 1] == self->separator;
        if (self->separator != 0 && end - p > 1 && starts && end < pattern->count &&
            pattern->code[end] == self->separator && matches(self, end + 1, t)) {
            return true;
        }
        for (size_t more = t;; more++) {
            if (matches(self, end, more)) {
                return true;
            }
            if (more >= text->count || (!crosses && text->code[more] == self->separator)) {
                return false;
            }
        }
    }
    if (t >= text->count) {
        return false;
    }
    bool is_separator = self->separator != 0 && text->code[t] == self->separator;
    size_t end;
    int inside =
        pattern->code[p] == '[' ? in_set(pattern, p, text->code[t], self->caret, &end) : -1;
    if (inside >= 0) {
        return inside == 1 && !is_separator && matches(self, end, t + 1);
    }
    if (pattern->code[p] == '?') {
        return !is_separator && matches(self, p + 1, t + 1);
    }
    return pattern->code[p] == text->code[t] && matches(self, p + 1, t + 1);
}

static bool
matches(search *self, size_t p, size_t t)
{
    signed char *known = &self->known[p][t];
    if (*known == 0) {
        *known = try_match(self, p, t) ? 1 : -1;
    }
    return *known > 0;
}

static bool
reference(fa_text pattern, fa_text text, char separator, bool caret)
{
    search self = {.pattern = decode(pattern), .text = decode(text),
                   .separator = (unsigned char)separator, .caret = caret};
    return matches(&self, 0, 0);
}

static size_t
split(fa_text text, fa_text parts[MOST])
{
    size_t count = 0;
    for (size_t at = 0; at < text.length;) {
        size_t end = at;
        while (end < text.length && text.bytes[end] != '/') {
            end++;
        }
        fa_text part = {text.bytes + at, end - at};
        if (part.length > 0 && !fa_text_equal(part, FA_TEXT("."))) {
            parts[count++] = part;
        }
        at = end + 1;
    }
    return count;
}

static bool
covers(const fa_text *parts, size_t part_count, const fa_text *names, size_t name_count)
{
    if (part_count == 0) {
        return true; /* with everything beneath */
    }
    if (fa_text_equal(parts[0], FA_TEXT("**"))) {
        return covers(parts + 1, part_count - 1, names, name_count) ||
               (name_count > 0 && covers(parts, part_count, names + 1, name_count - 1));
    }
    return name_count > 0 && reference(parts[0], names[0], '\0', true) &&
           covers(parts + 1, part_count - 1, names + 1, name_count - 1);
}

/* Patterns are asked about canonical paths alone. */
static bool
is_canonical(fa_text text)
{
    fa_text names[MOST];
    size_t count = split(text, names), length = 0;
    for (size_t i = 0; i < count; i++) {
        length += names[i].length + 1;
    }
    return count > 0 && text.bytes[0] == '/' && length == text.length;
}

static void
check_pattern(fa_text pattern, fa_text path)
{
    fa_arena arena = {0};
    const char *why = NULL;
    bool good = fa_pattern_check(pattern, &why);
    MUST(good || (why != NULL && why[0] != '\0'), "what is no pattern says why");
    const fa_pattern *made = fa_pattern_new(&arena, pattern);
    MUST((made != NULL) == good, "exactly what passes the check can be built");
    fa_text fixed = fa_pattern_fixed(pattern);
    MUST(fixed.length <= pattern.length && !fa_glob_is_pattern(fixed), "the fixed part has no wildcard");
    if (good) {
        fa_text parts[MOST], names[MOST];
        size_t part_count = split(pattern, parts), name_count = split(path, names);
        bool expected = covers(parts, part_count, names, name_count);
        MUST(fa_pattern_covers(made, path) == expected, "a pattern covers what its components match");
        bool ends = (fa_pattern_read(made, path) & fa_pattern_end(made)) != 0;
        MUST(ends == expected, "reading a pattern to its end is covering");
    }
    fa_arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const fa_text small = {"ab*?[]!-^/.\xc3\xa9", 13};
    feed from = {.bytes = data, .left = size};
    unsigned mode = feed_below(&from, 4);
    char separator = "\0/."[feed_below(&from, 3)];
    fa_text pattern = mode & 1 ? feed_raw(&from, MOST) : feed_of(&from, MOST, small);
    fa_text text = mode & 2 ? feed_raw(&from, MOST) : feed_of(&from, MOST, small);

    MUST(fa_glob_match(pattern, text, separator) == reference(pattern, text, separator, false),
         "a glob matches what the reference matches");
    MUST(fa_glob_is_pattern(pattern) || fa_glob_match(pattern, text, '\0') == fa_text_equal(pattern, text),
         "without a wildcard only the text itself matches");
    check_pattern(pattern, feed_path(&from));
    if (is_canonical(text)) {
        check_pattern(pattern, text);
    }
    feed_end(&from);
    return 0;
}
