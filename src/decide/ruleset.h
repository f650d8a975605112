/* ruleset.h: a compiled policy, the table from event to check. */
#ifndef FA_RULESET_H
#define FA_RULESET_H

#include <stdatomic.h>

#include "decide/check.h"
#include "support/arena.h"

#define FA_RULESET_PARTS 256 /* plain rulesets in one intersection, at most: bounds every walk */

/* A compiled policy: for every event, the check that decides it. Built by whoever makes it and
 * read-only from the moment it is shared. Counted: scopes in several interpreters hold it. */
typedef struct fa_ruleset {
    atomic_long references;
    const char *name;                   /* borrowed from the arena: the policy's, for messages; "" for none */
    const struct fa_ruleset *part[2];   /* owned: both halves of an intersection; NULL for a plain one */
    const struct fa_ruleset *common;    /* owned: whose rules about files hold as well; NULL for none */
    const fa_check *paths, *homes;      /* borrowed from the arena: rules about files, and about where Python's own
                                         * code lies; NULL for an intersection */
    const fa_check *addresses;          /* borrowed from the arena: what connecting is judged by; NULL for
                                         * an intersection, and where everything is allowed */
    unsigned parts;                     /* how many plain rulesets it is made of; 1 for a plain one */
    const fa_check *on[FA_EVENT_COUNT]; /* borrowed from the arena or static; never NULL */
    fa_arena arena;                     /* owned: every check and its data */
} fa_ruleset;

/* The check that allows. Compared by address: it needs no call. */
extern const fa_check fa_check_allow;

fa_ruleset *fa_ruleset_new(void); /* owned, every event allowed; NULL when out of memory */
fa_ruleset *fa_ruleset_hold(const fa_ruleset *ruleset);
void fa_ruleset_drop(const fa_ruleset *ruleset);

/* What both allow: every event is judged by the first, then by the second. Holds both. NULL when out of
 * memory, or when it would have more than FA_RULESET_PARTS. */
fa_ruleset *fa_ruleset_both(const fa_ruleset *first, const fa_ruleset *second);

/* Whether connecting to `port` of an address that `host` led to is granted, by name or by address, in
 * every part. The answer holds up to port *until (which it may lower, never raises). */
bool fa_ruleset_grants_port(const fa_ruleset *ruleset, fa_text host, const uint8_t ip[16],
                            int32_t port, int32_t *until);

#endif
