/* scope.h: one entry of a policy: what it enforces, what it remembers, where it belongs. */
#ifndef FA_SCOPE_H
#define FA_SCOPE_H

#include "support/compat.h"

#include "authority/counts.h"
#include "authority/frames.h"
#include "decide/decide.h"
#include "support/state.h"

/* One entry of a policy: what judges and what remembers. Part of a box; the floor has some of its own.
 * Written by its owner before it is shared; afterwards only the atomic fields change, by any thread. */
typedef struct fa_scope {
    const fa_ruleset *rules;             /* owned; of a box: borrowed from its keeper; NULL: no scope, a
                                            trusted call without a policy */
    _Atomic(fa_learned *) learned;       /* owned; NULL until a look-up taught it something */
    _Atomic(struct fa_journal *) journal; /* owned; NULL until something is refused */
    PyCodeObject *code;                  /* owned: where it was entered; NULL for a floor */
    int offset;                          /* bytes into `code` */
    bool warn;                           /* mode="warn" */
    fa_tally allowed;                    /* how many events were let go */
} fa_scope;

/* What a scope is made of. All borrowed from the keeper, as the terms themselves are. */
typedef struct fa_terms {
    PyObject *keeper;        /* the object that has these terms: a manager */
    PyObject *policy;        /* the Policy, as given */
    const fa_ruleset *rules;
    bool warn;
    bool strict;
} fa_terms;

/* How the scope of a box was opened, and so who may end it. */
typedef enum fa_opening {
    FA_OPENED_BY_WITH,   /* the token on the value stack of the frame that runs the `with` */
    FA_OPENED_BY_STACK,  /* contextlib's: the token can be seen; `anchor` is the frame it works for */
    FA_OPENED_BY_START,  /* a handle */
    FA_OPENED_BY_STEPS,  /* a decorated function's body: on the chain only while it runs */
    FA_OPENED_BY_TRUST,  /* a trusted call: on the chain only while it runs; it need not have rules */
    FA_OPENED_BY_INSTALL /* shows a floor: on no chain */
} fa_opening;

/* What a scope shows of itself, and the scope in it. Immutable to Python. Not known to the collector:
 * nothing in it can lead back to it. Copies of its context bring it to other threads: what changes after
 * the entry is atomic, and written by the thread that owns the scope unless it says otherwise. */
typedef struct fa_box {
    PyObject_HEAD
    /* What every first event in a context reads lies together: with thousands of tasks, each has left the cache. */
    _Atomic(PyObject *) home;   /* borrowed address of the context of entry; NULL: nowhere on a chain of
                                   its own. Compare only by fa_scope_is_at_home() */
    _Atomic(uint64_t) thread;   /* PyThreadState.id at entry */
    atomic_uint nodes;          /* that name the box, in any context */
    atomic_bool ended;          /* by its owner; a copy of its context keeps it all the same */
    atomic_bool failed;         /* somebody, in any thread, tried to end it and was refused: it stays */
    atomic_bool token_alive;    /* its frame still holds the token; cleared by the thread in which that dies */
    atomic_bool orphan;         /* what lay around it was left first: it ends alone, nothing above it with it */
    _Atomic(struct fa_barrier *) barrier; /* borrowed: of a trusted call, while its body runs at home; or NULL */
    fa_scope scope;
    const fa_terms *terms;      /* borrowed from their keeper, which is owned */
    _Atomic(PyObject *) home_ref; /* owned weak reference to the home, for openers that can outlive it; or NULL */
    _Atomic(PyFrameObject *) anchor; /* owned: the frame a contextlib token works for; or NULL. Taken out
                                   by whoever ends the scope, and looked into, in the box's critical section. Its locals
                                   may lead back to the box: let go of when the last node goes */
    _Atomic(PyObject *) generator; /* borrowed: whose frame opened it (generator, coroutine …); NULL: a
                                   plain frame. Valid while `token_alive`, in the box's critical section */
    struct fa_extras *extras;   /* owned, or NULL: what few boxes have; read and written in its critical section */
    union {
        uint64_t serial;        /* of a decorated or trusted call whose body can be suspended: its number; else 0 */
        fa_scope *floor;        /* borrowed: what FA_OPENED_BY_INSTALL shows; it lives as long as the process */
    };
    _Atomic(uint64_t) within;   /* the number of the decorated call whose body opened it, or 0 */
    int anchor_offset;          /* where in the anchor's code it was entered, bytes */
    uint8_t opening;            /* fa_opening */
    bool by_coroutine;          /* the opener belongs to a task's context */
    atomic_bool of_opener;      /* its generator is in the table of bodies */
    atomic_bool of_user;        /* the anchor's generator is */
} fa_box;

/* What a box shows of itself: its scope, or a floor's. */
static inline fa_scope *
fa_scope_shown(fa_box *box)
{
    return box->opening == FA_OPENED_BY_INSTALL ? box->floor : &box->scope;
}

/* Write a field that other threads read: what was written before is seen with it. (Plain assignment to an
 * atomic field would order it against everything in the process, at the cost of an event.) */
#define FA_PUBLISH(field, value) atomic_store_explicit(&(field), (value), memory_order_release)

/* A scope's place in a chain: what the variable holds. Immutable; shared by copies of a context. The
 * empty node (box NULL) stands for a chain of none where one has to be named. */
typedef struct fa_node {
    PyObject_HEAD
    struct fa_node *outer; /* owned; NULL: the outermost */
    fa_box *box;           /* owned; NULL only in the empty node */
} fa_node;

/* A number that no decorated call had before. */
uint64_t fa_scope_serial(void);

/* A box that governs nothing yet (new reference), entered where `code` (NULL: nowhere) is at `offset`. Holds
 * the keeper, and so the terms. */
fa_box *fa_scope_new(fa_interpreter *here, const fa_terms *terms, PyCodeObject *code, int offset);

/* Put the box on top of the current context's chain. Returns 0, or -1 with an exception set. */
int fa_scope_push(fa_interpreter *here, fa_box *box);

/* Whether the box was ended in `context` and so does not count there, though its node may still lie
 * on that chain. */
bool fa_scope_is_over(const fa_box *box, const void *context);

/* Whether `context` is the one that the box was entered in. */
bool fa_scope_is_at_home(const fa_box *box, const void *context);

/* End it, from wherever: it counts no longer where it was entered, nor in later copies of that context. Keeps
 * no exception: the caller has none set. */
void fa_scope_end(fa_box *box);

/* Its token is dead or spent: nobody asks for its generator any more. */
void fa_scope_lose_token(fa_box *box);

/* Hold `anchor` (stolen) as the frame that the token works for. */
void fa_scope_set_anchor(fa_box *box, PyFrameObject *anchor);

/* Let go of the anchor, whose locals may lead back to the box. Runs Python code. */
void fa_scope_drop_anchor(fa_box *box);

/* Let go of the anchor if its code has returned: it and its callers may lead back to the box. One frame stands for
 * all of those. Runs Python code: the caller has no exception set. */
void fa_scope_drop_returned(fa_interpreter *here, fa_box *box);

/* The same for each box of a chain. */
void fa_scope_drop_all_returned(fa_interpreter *here, fa_node *chain);

#endif
