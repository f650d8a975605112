/* decide.c: rulesets and an event to a verdict. Pure: no allocation, no I/O, no failure. */
#include "decide/decide.h"

/* Whether a refused connection goes where a name that this scope may connect to has led. What a rule
 * denies has another reason, and is never learned. */
static bool
is_learned(const fa_holder *holder, const fa_event *event, fa_verdict verdict)
{
    const fa_address *address = &event->as.address;
    return holder->learned != NULL && verdict.reason == FA_REASON_ADDRESS_NOT_GRANTED &&
           event->right == FA_CONNECT && event->shape == FA_SHAPE_ADDRESS &&
           address->family == FA_FAMILY_INET && address->host.length == 0 &&
           fa_learned_has(holder->learned, address->ip, address->port);
}

fa_verdict
fa_decide(const fa_holder *holders, size_t count, const fa_event *event, size_t *at)
{
    for (; *at < count; (*at)++) {
        const fa_holder *holder = &holders[*at];
        const fa_check *check = holder->rules->on[event->id];
        if (check == &fa_check_allow) {
            continue;
        }
        fa_verdict verdict = check->judge(check, event);
        if (verdict.outcome != FA_ALLOW && !is_learned(holder, event, verdict)) {
            return verdict;
        }
    }
    return FA_VERDICT_ALLOW(event);
}

bool
fa_decide_learn(const fa_ruleset *rules, fa_text host, const uint8_t ip[16], fa_learned *learned)
{
    int32_t port = 0;
    bool added = true;
    while (port <= 65535) {
        int32_t until = 65535;
        bool granted = fa_ruleset_grants_port(rules, host, ip, port, &until);
        if (granted) {
            added = fa_learned_add(learned, ip, (uint16_t)port, (uint16_t)until) && added;
        }
        port = until + 1;
    }
    return added;
}
