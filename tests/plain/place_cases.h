/* place_cases.h: what the tests over places share: short ways to build rules and to ask. */
#ifndef FA_PLACE_CASES_H
#define FA_PLACE_CASES_H

#include "decide/paths.h"
#include "test.h"

enum {
    R = FA_BIT(FA_READ),
    C = FA_BIT(FA_CREATE),
    M = FA_BIT(FA_MODIFY),
    D = FA_BIT(FA_DELETE),
    L = FA_BIT(FA_LINK),
    W = C | M | D | FA_BIT(FA_METADATA) | L
};

static inline fa_text
text(const char *string)
{
    return (fa_text){string, strlen(string)};
}

typedef struct rule {
    fa_path_kind kind;
    const char *path;
    fa_rights allow, deny, quiet;
} rule;

/* How many of a check's rules are its own, the others common ones. Every case says the same however they are
 * divided. */
static size_t rules_of_its_own;

static inline void
each_way(void (*cases)(void))
{
    for (rules_of_its_own = 0; rules_of_its_own <= 16; rules_of_its_own++) {
        cases();
    }
}

static inline const fa_check *
make(fa_arena *arena, const rule *rules, size_t count, fa_rights everywhere)
{
    size_t own = rules_of_its_own < count ? rules_of_its_own : count;
    fa_path_rule built[16];
    for (size_t i = 0; i < count; i++) {
        built[i] = (fa_path_rule){
            text(rules[i].path), text(rules[i].path), rules[i].allow, rules[i].deny,
            rules[i].quiet, (uint8_t)rules[i].kind
        };
    }
    const fa_check *common = own == count ? NULL : fa_paths_new(arena, built + own, count - own, 0, NULL);
    EXPECT(own == count || common != NULL, "the common check can be built");
    const fa_check *check = fa_paths_new(arena, built, own, everywhere, common);
    EXPECT(check != NULL, "the check can be built");
    return check;
}

static inline fa_place
place(const char *path, fa_rights asks)
{
    return (fa_place){.path = text(path), .asks = asks, .exists = true};
}

static inline fa_place
folder(const char *path, fa_rights asks)
{
    return (fa_place){.path = text(path), .asks = asks, .exists = true, .directory = true};
}

static inline fa_place
absent(const char *path, fa_rights asks)
{
    return (fa_place){.path = text(path), .asks = asks};
}

static inline fa_verdict
judge(const fa_check *check, fa_act act, fa_place first, const fa_place *second)
{
    fa_event event = {.name = "test", .right = FA_READ, .shape = FA_SHAPE_FILES};
    event.as.files.act = (uint8_t)act;
    event.as.files.count = second == NULL ? 1 : 2;
    event.as.files.place[0] = first;
    if (second != NULL) {
        event.as.files.place[1] = *second;
    }
    return check->judge(check, &event);
}

/* The reason of one place that only asks for rights; NONE: allowed. */
static inline fa_reason
asks(const fa_check *check, const char *path, fa_rights rights)
{
    return (fa_reason)judge(check, FA_ACT_PLAIN, place(path, rights), NULL).reason;
}

static inline fa_reason
renames(const fa_check *check, fa_place from, fa_place to)
{
    return (fa_reason)judge(check, FA_ACT_RENAME, from, &to).reason;
}

static inline fa_reason
links(const fa_check *check, fa_act act, const char *from, const char *to)
{
    fa_place second = absent(to, L | C);
    return (fa_reason)judge(check, act, place(from, 0), &second).reason;
}

static inline fa_reason
removes(const fa_check *check, fa_place it)
{
    return (fa_reason)judge(check, FA_ACT_REMOVE, it, NULL).reason;
}

#endif
