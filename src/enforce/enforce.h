/* enforce.h: verdicts to their effects: count or record, then let go or stop. */
#ifndef FA_ENFORCE_H
#define FA_ENFORCE_H

#include "authority/authority.h"
#include "authority/counts.h"

/* Judge an unpacked event by everything in force and do what follows: count it where it is allowed, record
 * and raise where it is refused. Returns 0, or -1 with an exception set. */
int fa_enforce(const fa_authority *authority, const fa_event *event);

/* Count an event of this right that everything in force allows. */
static inline void
fa_enforce_allow(const fa_authority *authority, fa_right right)
{
    if (right >= FA_RIGHT_NONE) {
        return;
    }
    for (uint32_t i = 0; i < authority->scope_count; i++) {
        fa_counts_add(&authority->allowed[i][right]);
    }
}

/* Whether everything in force allows the event: then it is counted. Else nothing follows, and nothing is recorded. */
bool fa_enforce_allows(const fa_authority *authority, const fa_event *event);

/* Refuse an event without judging it, for a reason of the core's own (foreign-value, malformed …): recorded
 * in every scope in force. Always returns -1. */
int fa_enforce_refuse(const fa_authority *authority, const fa_event *event, fa_reason reason);

/* Raise the first violation that the scope remembers. Returns 0 when there is none, -1 with it raised. */
int fa_enforce_raise_first(const fa_scope *scope);

#endif
