/* pattern.c: a pattern as a row of components, read along a path with a set of positions. */
#include "decide/pattern.h"

#include "support/glob.h"

enum { PARTS_MAX = 62 }; /* a position each and one for the end fit into a fa_pattern_state */

typedef enum part_kind {
    PART_LITERAL,
    PART_GLOB,
    PART_ANY_DEPTH /* two stars */
} part_kind;

typedef struct part {
    fa_text text;
    part_kind kind;
} part;

struct fa_pattern {
    fa_text fixed; /* a path must begin like this for the pattern to get beyond it */
    uint8_t count;
    part parts[];
};

/* The next component from `*at` on; empty ones and "." are none. Length 0 at the end. */
static fa_text
next_name(fa_text text, size_t *at)
{
    fa_text name;

    do {
        while (*at < text.length && text.bytes[*at] == '/') {
            ++*at;
        }
        size_t start = *at;
        while (*at < text.length && text.bytes[*at] != '/') {
            ++*at;
        }
        name = (fa_text){text.bytes + start, *at - start};
    } while (fa_text_equal(name, FA_TEXT(".")));
    return name;
}

static bool
next_part(fa_text text, size_t *at, part *next)
{
    next->text = next_name(text, at);
    next->kind = fa_text_equal(next->text, FA_TEXT("**")) ? PART_ANY_DEPTH
                 : fa_glob_is_pattern(next->text)         ? PART_GLOB
                                                          : PART_LITERAL;
    return next->text.length > 0;
}

/* Read the set that begins at text[at]. Returns the index after it; 0 with `*why` when it is no set. */
static size_t
read_set(fa_text text, size_t at, const char **why)
{
    size_t i = at + 1;

    if (i < text.length && (text.bytes[i] == '!' || text.bytes[i] == '^')) {
        i++;
    }
    for (size_t first = i; i < text.length;) {
        uint32_t low, high;
        if (text.bytes[i] == ']' && i > first) {
            return i + 1;
        }
        i += fa_glob_character(text, i, &low);
        if (i + 1 < text.length && text.bytes[i] == '-' && text.bytes[i + 1] != ']') {
            i++;
            i += fa_glob_character(text, i, &high);
            if (low > high) {
                *why = "a range in [...] runs backwards";
                return 0;
            }
        }
    }
    *why = "a [ has no ] in the same component (write [[] for the character itself)";
    return 0;
}

static bool
check_part(fa_text text, const char **why)
{
    for (size_t i = 0; i < text.length;) {
        if (text.bytes[i] == '[') {
            i = read_set(text, i, why);
            if (i == 0) {
                return false;
            }
            continue;
        }
        if (text.bytes[i] == '*' && i + 1 < text.length && text.bytes[i + 1] == '*') {
            *why = "** must stand alone between slashes";
            return false;
        }
        i++;
    }
    return true;
}

bool
fa_pattern_check(fa_text text, const char **why)
{
    part next;
    size_t count = 0;

    if (text.length > 0 && memchr(text.bytes, '\0', text.length) != NULL) {
        *why = "it holds a NUL byte";
        return false;
    }
    if (text.length == 0 || (text.bytes[0] != '/' &&
                             (text.length < 3 || memcmp(text.bytes, "**/", 3) != 0))) {
        *why = "it is neither absolute nor does it begin with **/";
        return false;
    }
    for (size_t at = 0; next_part(text, &at, &next); count++) {
        if (count == PARTS_MAX) {
            *why = "it has more than 62 components";
            return false;
        }
        if (fa_text_equal(next.text, FA_TEXT(".."))) {
            *why = "it holds a .. component";
            return false;
        }
        if (next.kind != PART_ANY_DEPTH && !check_part(next.text, why)) {
            return false;
        }
    }
    return true;
}

fa_text
fa_pattern_fixed(fa_text text)
{
    part next;
    size_t end = 0;

    for (size_t at = 0; next_part(text, &at, &next) && next.kind == PART_LITERAL;) {
        end = at;
    }
    return (fa_text){text.bytes, end};
}

/* fa_glob_match() writes "none of" as [!…]. */
static void
respell_sets(char *text, size_t length)
{
    const char *why;

    for (size_t i = 0; i < length;) {
        if (text[i] != '[') {
            i++;
            continue;
        }
        if (text[i + 1] == '^') {
            text[i + 1] = '!';
        }
        i = read_set((fa_text){text, length}, i, &why);
        if (i == 0) {
            return;
        }
    }
}

/* Copy the parts of `text` to `copy`, each behind a slash. */
static void
copy_parts(fa_pattern *pattern, fa_text text, char *copy)
{
    part next;
    size_t end = 0;

    for (size_t at = 0; next_part(text, &at, &next);) {
        if (next.kind == PART_ANY_DEPTH && pattern->count > 0 &&
            pattern->parts[pattern->count - 1].kind == PART_ANY_DEPTH) {
            continue; /* two in a row say what one says */
        }
        copy[end++] = '/';
        memcpy(copy + end, next.text.bytes, next.text.length);
        next.text.bytes = copy + end;
        end += next.text.length;
        if (next.kind == PART_GLOB) {
            respell_sets(copy + end - next.text.length, next.text.length);
        }
        pattern->parts[pattern->count++] = next;
    }
    pattern->fixed = fa_pattern_fixed((fa_text){copy, end});
}

const fa_pattern *
fa_pattern_new(fa_arena *arena, fa_text text)
{
    const char *why;
    part next;
    size_t count = 0;

    if (!fa_pattern_check(text, &why)) {
        return NULL;
    }
    for (size_t at = 0; next_part(text, &at, &next);) {
        count++;
    }
    fa_pattern *pattern = fa_arena_take(arena, sizeof(*pattern) + count * sizeof(part));
    char *copy = fa_arena_take(arena, text.length + 1);
    if (pattern == NULL || copy == NULL) {
        return NULL;
    }
    copy_parts(pattern, text, copy);
    return pattern;
}

fa_pattern_state
fa_pattern_end(const fa_pattern *pattern)
{
    return (fa_pattern_state)1 << pattern->count;
}

/* `state` with the positions that two stars, standing for no component, let it reach. */
static fa_pattern_state
skip_depths(const fa_pattern *pattern, fa_pattern_state state)
{
    for (unsigned i = 0; i < pattern->count; i++) {
        if ((state >> i & 1) != 0 && pattern->parts[i].kind == PART_ANY_DEPTH) {
            state |= (fa_pattern_state)2 << i;
        }
    }
    return state;
}

/* The positions after one more component. */
static fa_pattern_state
step(const fa_pattern *pattern, fa_pattern_state state, fa_text name)
{
    /* What is matched stays matched: the pattern covers what lies beneath. */
    fa_pattern_state next = state & fa_pattern_end(pattern);

    for (fa_pattern_state rest = state & ~next; rest != 0; rest &= rest - 1) {
        unsigned i = (unsigned)__builtin_ctzll(rest);
        const part *here = &pattern->parts[i];
        switch (here->kind) {
        case PART_ANY_DEPTH:
            next |= (fa_pattern_state)1 << i;
            break;
        case PART_LITERAL:
            next |= fa_text_equal(here->text, name) ? (fa_pattern_state)2 << i : 0;
            break;
        case PART_GLOB:
            next |= fa_glob_match(here->text, name, '\0') ? (fa_pattern_state)2 << i : 0;
            break;
        }
    }
    return skip_depths(pattern, next);
}

fa_pattern_state
fa_pattern_read(const fa_pattern *pattern, fa_text path)
{
    fa_pattern_state state = skip_depths(pattern, 1);
    fa_text name;

    for (size_t at = 0; state != 0 && state != fa_pattern_end(pattern) &&
                        (name = next_name(path, &at)).length > 0;) {
        state = step(pattern, state, name);
    }
    return state;
}

bool
fa_pattern_covers(const fa_pattern *pattern, fa_text path)
{
    fa_text fixed = pattern->fixed;

    /* Most paths lie elsewhere. */
    if (fixed.length > path.length || memcmp(fixed.bytes, path.bytes, fixed.length) != 0) {
        return false;
    }
    return (fa_pattern_read(pattern, path) & fa_pattern_end(pattern)) != 0;
}
