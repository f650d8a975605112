/* ruleset.h: a compiled policy, the table from event to check. */
#ifndef FA_RULESET_H
#define FA_RULESET_H

#include <stdatomic.h>

#include "decide/check.h"
#include "support/arena.h"

/* A compiled policy: for every event, the check that decides it. Built by whoever makes it and
 * read-only from the moment it is shared. Counted: scopes in several interpreters hold it. */
typedef struct fa_ruleset {
    atomic_long references;
    const char *name;                   /* borrowed from the arena: the policy's, for messages; "" for none */
    const struct fa_ruleset *part[2];   /* owned: both halves of an intersection; NULL for a plain one */
    const fa_check *on[FA_EVENT_COUNT]; /* borrowed from the arena or static; never NULL */
    fa_arena arena;                     /* owned: every check and its data */
} fa_ruleset;

/* The check that allows. Compared by address: it needs no call. */
extern const fa_check fa_check_allow;

fa_ruleset *fa_ruleset_new(void); /* owned, every event allowed; NULL when out of memory */
fa_ruleset *fa_ruleset_hold(const fa_ruleset *ruleset);
void fa_ruleset_drop(const fa_ruleset *ruleset);

#endif
