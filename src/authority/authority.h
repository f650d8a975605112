/* authority.h: what governs the running code: the floor and every scope on this thread's contexts. */
#ifndef FA_AUTHORITY_H
#define FA_AUTHORITY_H

#include "authority/scope.h"

/* What governs the running code, innermost first, floors last. Everything in it is borrowed, and valid
 * until this thread next runs Python code or changes its context. */
typedef struct fa_authority {
    fa_holder *holders;      /* one a policy: what is in force twice is judged once */
    uint32_t *holder_scope;  /* per holder: the index of its innermost scope */
    fa_scope **scopes;       /* every scope in force, and the floors */
    fa_box **boxes;          /* per scope its box; NULL for floors */
    atomic_uint **allowed;   /* per scope where this thread counts what it let go, by right */
    uint32_t holder_count;
    uint32_t scope_count;    /* all */
    uint32_t box_count;      /* without the floors */
    uint32_t resumed;        /* how many of those, the last, nothing but a running generator's body brings */
    bool foreign;            /* a variable holds a value that is not ours: everything is refused */
    fa_node *whole;          /* the current context's chain, when it holds every box; else NULL */
    const struct fa_barrier *barrier; /* of the trusted call that runs: beyond it nothing counts; or NULL */
} fa_authority;

/* Collect it. Returns 1 when anything governs, 0 when nothing does, -1 with an exception set. */
int fa_authority_get(const fa_authority **authority);

/* Whether a scope is in force here; floors do not count. Returns 1, 0, or -1 with an exception set. */
static inline int
fa_authority_is_inside(void)
{
    const fa_authority *authority;
    int found = fa_authority_get(&authority);
    return found <= 0 ? found : authority->box_count > 0;
}

/* A chain that holds every box of the authority (new reference): what a thread, a context or a job that
 * is made here is to carry. NULL when out of memory, with an exception set. */
fa_node *fa_authority_chain(fa_interpreter *here, const fa_authority *authority);

/* Whether every box of the chain is in force by it. */
bool fa_authority_covers(const fa_authority *authority, const fa_node *chain);

#define FA_RUNNING 8 /* bodies that a thread remembers to have run */

/* What a carrier that runs holds, whatever contexts are entered above the one it began in. Greenlets that take turns
 * in a thread end in any order, and each has an outermost context of its own: it tells whose carrier this is. */
typedef struct fa_base fa_base;
struct fa_base {
    fa_base *outer;
    fa_node *chain;     /* owned */
    PyObject *outermost; /* owned: the context that no other lies beneath; NULL in a circle of them */
    const struct fa_barrier *within; /* the trusted call in which it began; another one hides it */
};

/* Which event loop was set to run in a thread, and by whom. Addresses, which are compared and never followed. */
typedef struct fa_loop_start {
    const void *loop;                 /* NULL: none was */
    const void *frame, *code, *caller; /* the Python code that did it, and whose bytecode called that */
} fa_loop_start;

/* The running thread, as the core knows it. */
typedef struct fa_thread {
    /* What `authority` was collected for. */
    PyThreadState *tstate;
    uint64_t tstate_id;
    const void *context;
    uint64_t context_version;
    unsigned long epoch;
    int found;                /* what fa_authority_get() answers */
    fa_authority authority;
    PyThreadState *walked;    /* in the place of `tstate` while a generator has a scope open; then also for: */
    const fa_pairs *bodies;   /* borrowed from the interpreter's row */
    const void *running[FA_RUNNING]; /* by address: the generators with an open scope that ran, innermost first */
    size_t running_count;     /* may be more than there is room for */
    void *block;              /* owned: the arrays, when they outgrew those that every thread has */
    size_t block_boxes;       /* boxes that the arrays have room for */
    const void *until;        /* where the walk along the running bodies ended; NULL: nowhere */
    fa_base *bases;           /* owned by the carriers that run, innermost first */
    const void *entered_held; /* by address: the context that code here runs which was run by code in a scope; or NULL */
    fa_loop_start loop;
    bool may_fork;            /* os.spawn* is about to fork, for a command that was judged: one fork */
    long starter;             /* the process in which fork_exec runs, or 0: in a child of it, preexec_fn does */
    long spawner;             /* the process in which os.spawn* runs, or 0: in a child of it, exec is the run */
} fa_thread;

fa_thread *fa_authority_thread(void);

/* The context's variable was changed by us: CPython bumps no version for that. */
static inline void
fa_authority_forget(void)
{
    fa_thread *thread = fa_authority_thread();
    thread->tstate = NULL;
    thread->walked = NULL;
}

/* Code here enters another context and comes back: between the two, nothing can have become of its own but what also
 * forgets or raises the epoch. So what was collected just before (if nothing was collected since) holds still after it. */
typedef struct fa_departure {
    fa_thread *thread;
    PyThreadState *tstate; /* NULL: nothing is kept that was collected for the code here */
    uint64_t version;
    const void *entered_held; /* as it was before */
} fa_departure;

/* Right after fa_authority_get(), to `context`, with something in force or without. */
static inline fa_departure
fa_authority_depart(const void *context, bool held)
{
    fa_thread *thread = fa_authority_thread();
    fa_departure departure = {thread, thread->tstate, thread->context_version, thread->entered_held};
    thread->entered_held = held ? context : NULL;
    return departure;
}

static inline void
fa_authority_return(fa_departure departure)
{
    fa_thread *thread = departure.thread; /* the same one: a C call returns where it was made */
    PyThreadState *tstate = departure.tstate;
    thread->entered_held = departure.entered_held;
    if (tstate != NULL && thread->tstate == tstate && thread->context == tstate->context &&
        thread->context_version == departure.version) {
        thread->context_version = tstate->context_ver;
    }
}

#endif
