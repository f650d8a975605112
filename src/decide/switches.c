/* switches.c: the checks that need no data of a policy's lists: refuse, deny, signals, unknown events. */
#include "decide/switches.h"

#include "decide/ruleset.h"

static fa_verdict
refuse(fa_reason reason, const fa_event *event, const char *rule)
{
    return (fa_verdict){FA_REFUSE, (uint8_t)reason, event->right, 0, rule};
}

static fa_verdict
judge_refuse(const fa_check *self, const fa_event *event)
{
    (void)self;
    return event->right == FA_RIGHT_NONE ? FA_VERDICT_ALLOW(event)
                                         : refuse(FA_REASON_RIGHT_NOT_GRANTED, event, NULL);
}

/* Needs operands to see what asks for nothing, and so that a record can say what was tried. */
const fa_check fa_switches_refuse = {judge_refuse, FA_NEEDS_OPERANDS};

typedef struct denial {
    fa_check check;   /* first: a judge casts back */
    const char *rule; /* borrowed from the arena */
    bool every;
} denial;

static fa_verdict
judge_deny(const fa_check *check, const fa_event *event)
{
    const denial *self = (const denial *)check;
    return event->right == FA_RIGHT_NONE && !self->every
               ? FA_VERDICT_ALLOW(event)
               : refuse(FA_REASON_DENIED, event, self->rule);
}

const fa_check *
fa_switches_deny(fa_arena *arena, fa_text rule, bool every)
{
    denial *self = fa_arena_take(arena, sizeof *self);
    const char *copy = fa_arena_copy(arena, rule);
    if (self == NULL || copy == NULL) {
        return NULL;
    }
    *self = (denial){{judge_deny, FA_NEEDS_OPERANDS}, copy, every};
    return &self->check;
}

static fa_verdict
judge_signal(const fa_event *event, bool children)
{
    if (event->right == FA_RIGHT_NONE) {
        return FA_VERDICT_ALLOW(event);
    }
    if (event->shape != FA_SHAPE_SIGNAL) {
        return refuse(FA_REASON_MALFORMED, event, NULL);
    }
    const fa_signal *signal = &event->as.signal;
    bool probe = signal->self && signal->number == 0;
    bool child = children && signal->own_child && signal->pid != 0 && signal->pid != -1;
    if (probe || child) {
        return FA_VERDICT_ALLOW(event);
    }
    return refuse(children && !signal->self ? FA_REASON_NOT_OWN_CHILD
                                            : FA_REASON_RIGHT_NOT_GRANTED, event, NULL);
}

static fa_verdict
judge_signal_with_children(const fa_check *self, const fa_event *event)
{
    (void)self;
    return judge_signal(event, true);
}

static fa_verdict
judge_signal_without(const fa_check *self, const fa_event *event)
{
    (void)self;
    return judge_signal(event, false);
}

const fa_check *
fa_switches_signal(bool children)
{
    static const fa_check with = {judge_signal_with_children, FA_NEEDS_OPERANDS};
    static const fa_check without = {judge_signal_without, FA_NEEDS_OPERANDS};
    return children ? &with : &without;
}

typedef struct unknown {
    fa_check check; /* first: a judge casts back */
    bool otherwise;
    size_t count;
    const fa_name_entry *events; /* borrowed from the arena */
} unknown;

bool
fa_switches_covers(const fa_name_entry *entry, const char *event)
{
    fa_text pattern = entry->pattern;
    if (pattern.length > 2 && pattern.bytes[pattern.length - 1] == '*' &&
        pattern.bytes[pattern.length - 2] == '.') {
        return strncmp(event, pattern.bytes, pattern.length - 1) == 0;
    }
    return fa_text_equal(pattern, (fa_text){event, strlen(event)});
}

static fa_verdict
judge_unknown(const fa_check *check, const fa_event *event)
{
    const unknown *self = (const unknown *)check;
    bool granted = self->otherwise;
    for (size_t i = 0; i < self->count; i++) {
        if (fa_switches_covers(&self->events[i], event->name)) {
            if (self->events[i].deny) {
                return refuse(FA_REASON_DENIED, event, self->events[i].pattern.bytes);
            }
            granted = true;
        }
    }
    return granted ? FA_VERDICT_ALLOW(event) : refuse(FA_REASON_UNKNOWN_EVENT, event, NULL);
}

const fa_check *
fa_switches_unknown(fa_arena *arena, const fa_name_entry *events, size_t count, bool otherwise)
{
    if (count == 0 && otherwise) {
        return &fa_check_allow;
    }
    unknown *self = fa_arena_take(arena, sizeof *self);
    const fa_name_entry *copies = fa_name_entry_copy(arena, events, count);
    if (self == NULL || copies == NULL) {
        return NULL;
    }
    *self = (unknown){{judge_unknown, FA_NEEDS_NOTHING}, otherwise, count, copies};
    return &self->check;
}
