/* check.h: a check, the closure that every policy is made of, and what it answers. */
#ifndef FA_CHECK_H
#define FA_CHECK_H

#include "classify/event.h"

/* Why an event was refused: a fixed word each (fa_reason_word), as in the decision tables. */
typedef enum fa_reason {
    FA_REASON_NONE,
    FA_REASON_RIGHT_NOT_GRANTED, /* the policy grants nothing of this right */
    FA_REASON_OUTSIDE_ROOT,      /* beneath no granted root or pattern */
    FA_REASON_DENIED,            /* a deny rule names it */
    FA_REASON_UNRESOLVABLE,      /* the path could not be resolved */
    FA_REASON_GAINS_RIGHTS,      /* a rename or link to where more is allowed than at its old place */
    FA_REASON_HOLDS_ROOT,        /* a root, or an ancestor of one, may not be moved or removed */
    FA_REASON_HOLDS_DENY,        /* moving this directory would carry files past a deny rule */
    FA_REASON_LINK_TARGET,       /* a link to where the policy allows less than at the link */
    FA_REASON_ADDRESS_NOT_GRANTED,
    FA_REASON_COMMAND_NOT_GRANTED,
    FA_REASON_STEERING_ENV,      /* the child's environment would steer what runs */
    FA_REASON_NAME_NOT_GRANTED,  /* module or variable */
    FA_REASON_NOT_OWN_CHILD,     /* a signal to a process that is none of this process's children */
    FA_REASON_UNKNOWN_EVENT,     /* a Python newer than the catalogue */
    FA_REASON_MALFORMED,         /* arguments that CPython does not send */
    FA_REASON_UNHELD,            /* what it would start cannot be held yet */
    FA_REASON_FOREIGN_VALUE,     /* the context variable holds something that is not ours */
    FA_REASON_COUNT
} fa_reason;

typedef enum fa_outcome {
    FA_ALLOW,
    FA_REFUSE,
    FA_QUIET /* refused, and counted only: a probe that ordinary libraries make and survive */
} fa_outcome;

typedef struct fa_verdict {
    uint8_t outcome; /* fa_outcome */
    uint8_t reason;  /* fa_reason */
    uint8_t right;   /* fa_right that was lacking; that of the event when allowed */
    uint8_t operand; /* which place, argument … the refusal is about */
    const char *rule; /* borrowed from the ruleset: the rule that decided, as written; NULL for none */
} fa_verdict;

#define FA_VERDICT_ALLOW(event) ((fa_verdict){FA_ALLOW, FA_REASON_NONE, (event)->right, 0, NULL})

enum {
    FA_NEEDS_NOTHING = 0,  /* the event alone decides */
    FA_NEEDS_OPERANDS = 1, /* judge reads event->as */
};

/* One kind of rule, ready to judge: a function and the data it captured. Rules embed it as their
 * first member, so that a judge can cast back to its data. Total: a judge always answers. */
typedef struct fa_check {
    fa_verdict (*judge)(const struct fa_check *self, const fa_event *event);
    uint8_t needs; /* FA_NEEDS_* */
} fa_check;

/* The word for a reason, with hyphens: "outside-root". */
const char *fa_reason_word(fa_reason reason);

/* The word for a right: "read". */
const char *fa_right_word(fa_right right);

#endif
