/* decide.h: rulesets and an event to a verdict. Pure: no allocation, no I/O, no failure. */
#ifndef FA_DECIDE_H
#define FA_DECIDE_H

#include "decide/learned.h"
#include "decide/ruleset.h"

/* One policy in force: borrowed by the authority of the running code. */
typedef struct fa_holder {
    const fa_ruleset *rules;   /* borrowed */
    const fa_learned *learned; /* borrowed: addresses that names of this scope led to; may be NULL */
    bool warn;                 /* records what it would refuse, and lets it go */
} fa_holder;

/* What the holders ask of an event before they judge it. */
typedef enum fa_asks {
    FA_ASKS_NOTHING,  /* all of them allow it, whatever its operands are */
    FA_ASKS_ITS_NAME, /* no operand */
    FA_ASKS_OPERANDS
} fa_asks;

static inline fa_asks
fa_decide_asks(const fa_holder *holders, size_t count, uint16_t event_id)
{
    fa_asks asks = FA_ASKS_NOTHING;
    for (size_t i = 0; i < count; i++) {
        const fa_check *check = holders[i].rules->on[event_id];
        if (check == &fa_check_allow) {
            continue;
        }
        if (check->needs != FA_NEEDS_NOTHING) {
            return FA_ASKS_OPERANDS;
        }
        asks = FA_ASKS_ITS_NAME;
    }
    return asks;
}

/* The first refusal (or quiet refusal) at or after holder `*at`; `*at` becomes its index. FA_ALLOW
 * when there is none, and `*at` is `count`. A caller that lets a refusal go (mode warn) calls
 * again with the next index. */
fa_verdict fa_decide(const fa_holder *holders, size_t count, const fa_event *event, size_t *at);

/* Remember an address that looking up `host` gave, with the ports that `rules` grants there: by the
 * name, or by the address itself, in every part of an intersection; denied ports are left out. Adds
 * nothing where nothing is granted. Returns false when out of memory or full: the address is then
 * refused as before. For a look-up made under several scopes, call it for each of them. */
bool fa_decide_learn(const fa_ruleset *rules, fa_text host, const uint8_t ip[16],
                     fa_learned *learned);

#endif
