/* ruleset.c: a compiled policy, the table from event to check. */
#include "decide/ruleset.h"

#include <stdlib.h>

#include "decide/addresses.h"

static fa_verdict
judge_allow(const fa_check *self, const fa_event *event)
{
    (void)self;
    return FA_VERDICT_ALLOW(event);
}

const fa_check fa_check_allow = {judge_allow, FA_NEEDS_NOTHING};

/* A check over two checks: an intersection. */
typedef struct both {
    fa_check check; /* first: a judge casts back */
    const fa_check *part[2];
} both;

static fa_verdict
judge_both(const fa_check *check, const fa_event *event)
{
    const both *self = (const both *)check;
    fa_verdict verdict = self->part[0]->judge(self->part[0], event);
    return verdict.outcome == FA_ALLOW ? self->part[1]->judge(self->part[1], event) : verdict;
}

fa_ruleset *
fa_ruleset_new(void)
{
    fa_ruleset *ruleset = calloc(1, sizeof *ruleset);
    if (ruleset == NULL) {
        return NULL;
    }
    atomic_init(&ruleset->references, 1);
    ruleset->name = "";
    ruleset->parts = 1;
    for (size_t id = 0; id < FA_EVENT_COUNT; id++) {
        ruleset->on[id] = &fa_check_allow;
    }
    return ruleset;
}

fa_ruleset *
fa_ruleset_hold(const fa_ruleset *ruleset)
{
    fa_ruleset *held = (fa_ruleset *)ruleset;
    atomic_fetch_add_explicit(&held->references, 1, memory_order_relaxed);
    return held;
}

void
fa_ruleset_drop(const fa_ruleset *ruleset)
{
    fa_ruleset *dropped = (fa_ruleset *)ruleset;
    if (dropped == NULL ||
        atomic_fetch_sub_explicit(&dropped->references, 1, memory_order_acq_rel) != 1) {
        return;
    }
    fa_ruleset_drop(dropped->part[0]); /* no deeper than FA_RULESET_PARTS */
    fa_ruleset_drop(dropped->part[1]);
    fa_ruleset_drop(dropped->common); /* which has none */
    fa_arena_free(&dropped->arena);
    free(dropped);
}

/* The check over two; one made before for the same two is used again. */
static const fa_check *
combine(fa_ruleset *made, size_t before, const fa_check *first, const fa_check *second)
{
    if (first == &fa_check_allow || first == second) {
        return second;
    }
    if (second == &fa_check_allow) {
        return first;
    }
    for (size_t id = 0; id < before; id++) {
        const both *known = (const both *)made->on[id];
        if (known->check.judge == judge_both && known->part[0] == first &&
            known->part[1] == second) {
            return &known->check;
        }
    }
    both *combined = fa_arena_take(&made->arena, sizeof *combined);
    if (combined == NULL) {
        return NULL;
    }
    *combined = (both){{judge_both, first->needs | second->needs}, {first, second}};
    return &combined->check;
}

/* "a & b", for messages. */
static const char *
join_names(fa_arena *arena, const char *first, const char *second)
{
    if (first[0] == '\0' || second[0] == '\0') {
        return fa_arena_copy(arena, first[0] == '\0' ? (fa_text){second, strlen(second)}
                                                     : (fa_text){first, strlen(first)});
    }
    size_t a = strlen(first), b = strlen(second);
    char *joined = fa_arena_take(arena, a + b + 4);
    if (joined != NULL) {
        memcpy(joined, first, a);
        memcpy(joined + a, " & ", 3);
        memcpy(joined + a + 3, second, b);
    }
    return joined;
}

fa_ruleset *
fa_ruleset_both(const fa_ruleset *first, const fa_ruleset *second)
{
    unsigned parts = first->parts + second->parts;
    if (parts > FA_RULESET_PARTS) {
        return NULL;
    }
    fa_ruleset *made = fa_ruleset_new();
    if (made == NULL) {
        return NULL;
    }
    made->parts = parts;
    made->part[0] = fa_ruleset_hold(first);
    made->part[1] = fa_ruleset_hold(second);
    made->name = join_names(&made->arena, first->name, second->name);
    bool complete = made->name != NULL;
    for (size_t id = 0; complete && id < FA_EVENT_COUNT; id++) {
        made->on[id] = combine(made, id, first->on[id], second->on[id]);
        complete = made->on[id] != NULL;
    }
    if (!complete) {
        fa_ruleset_drop(made);
        return NULL;
    }
    return made;
}

bool
fa_ruleset_grants_port(const fa_ruleset *ruleset, fa_text host, const uint8_t ip[16], int32_t port,
                       int32_t *until)
{
    if (ruleset->part[0] != NULL) {
        return fa_ruleset_grants_port(ruleset->part[0], host, ip, port, until) &&
               fa_ruleset_grants_port(ruleset->part[1], host, ip, port, until);
    }
    return ruleset->addresses == NULL ||
           fa_addresses_grant_port(ruleset->addresses, host, ip, port, until);
}
