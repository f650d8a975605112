/* state.h: all that outlives a call: process state, a row for each interpreter, who writes which field. */
#ifndef FA_STATE_H
#define FA_STATE_H

#include "support/compat.h"

#include <stdatomic.h>

#include "support/pairs.h"
#include "support/spare.h"

enum { FA_OS_SETS = 4 }; /* sets in which os has its own functions */

/* What one interpreter lends to the core. A row is written while the package is imported there, and
 * emptied when the interpreter goes away; rows themselves are never freed, so that a reader without
 * a lock always reads a row. Another interpreter's row is never touched. */
typedef struct fa_interpreter fa_interpreter;
struct fa_interpreter {
    _Atomic(PyInterpreterState *) interpreter; /* NULL: a free row */
    PyObject *var;                  /* owned: the ContextVar that carries the innermost node */
    PyObject *unset;                /* owned: what a context is asked to give where `var` has no value */
    PyTypeObject *node_type;        /* owned: the only type of value that `var` may have */
    PyObject *empty_node;           /* owned: a chain of no scopes, where one has to be named */
    PyTypeObject *box_type;         /* owned */
    PyTypeObject *entry_type;       /* owned: __enter__ or __aenter__ of one manager */
    PyTypeObject *exit_type;        /* owned: the one-shot token of a `with` statement */
    PyTypeObject *exit_lookup_type; /* owned: the descriptor that makes one at each look-up */
    PyTypeObject *manager_type;     /* owned */
    PyTypeObject *handle_type;      /* owned */
    PyTypeObject *stepper_type;     /* owned: steps a coroutine for a driver in Python */
    PyTypeObject *step_type;        /* owned: drives the body of a decorated generator or coroutine */
    PyTypeObject *trusted_type;     /* owned: runs a function with its maker's authority */
    PyTypeObject *trusted_body_type; /* owned: drives the body of a trusted generator or coroutine */
    PyTypeObject *side_type;        /* owned: a server's receive or send, as a request has it */
    PyObject *side_functions[2];    /* owned: the last functions of servers that were copied for sides; or NULL */
    PyTypeObject *exchange_call_type; /* owned: drives one call of such a side */
    PyTypeObject *ready_type;       /* owned: the awaitable that is done at once */
    PyTypeObject *carrier_type;     /* owned: a callable with the authority it came with */
    PyTypeObject *listing_type;     /* owned: entries of a folder, by the name that was given */
    PyObject *os_sets[FA_OS_SETS];  /* owned tuples, or NULL: see interpose/os_sets.c */
    PyObject *opener;               /* owned: the built-in by which FileIO opens what is judged */
    PyObject *contextlib_codes;     /* owned tuple: the code objects of contextlib; see scope/contextlib.c */
    PyObject *contextlib_lookup;    /* owned code object: its look-up of special methods; NULL before 3.15 */
    PyFrameObject *returned_frame;  /* owned: stands for every frame whose code has returned */
    PyTypeObject *location_type;    /* owned: a place in Python code, as violations show it */
    PyObject *violation;            /* owned: class, the base of the next two */
    PyObject *permission_violation; /* owned: class; NULL until all four are there */
    PyObject *import_violation;     /* owned: class */
    PyObject *scope_error;          /* owned: class */
    PyObject *scope_warning;        /* owned: class */
    PyObject *hook_error;           /* owned: HookNotInstalledError */
    _Atomic(void *) reserve;        /* owned: see support/reserve.h; NULL: none */
    fa_spare spare[FA_SPARE_KINDS]; /* with a GIL only */
    fa_pairs bodies;                /* generators and the scopes they have open: see authority/bodies.h */
    fa_lock bodies_lock;            /* for whoever changes them */
    atomic_bool bodies_lost;        /* some are there only as long as they live, and nothing tells when they die */
    PyObject *floors;               /* owned list of the boxes that install() gave here; or NULL */
    struct fa_pools *pools;         /* owned: which worker pools the host made; NULL until they are held */
    void (*free_pools)(struct fa_pools *);
    int (*refresh)(struct fa_interpreter *here); /* look again at what the host has imported since */
    PyObject *modules;              /* owned: the interpreter's dict of modules; NULL until that was done once */
    atomic_ullong modules_seen;     /* see support/modules.h, as is: */
    bool modules_watched;
    /* What stands for a future that a held body waits for (new reference), under what is in force here; see interpose/shown.h. */
    PyObject *(*show)(struct fa_interpreter *here, PyObject *awaited, PyObject *loop);
    PyTypeObject *shown_type, *wake_type; /* owned: what that gives, and what that has called when the future is done */
    PyTypeObject *future_type;      /* owned: _asyncio.Future; NULL, as the next four, until asyncio is imported */
    PyTypeObject *task_type;        /* owned: _asyncio.Task */
    PyObject *task_waiter;          /* owned: the attribute that tells what a task waits for */
    PyObject *running_loop;         /* owned: the function of _asyncio that tells which loop runs in this thread */
    bool loops_held;                /* asyncio's functions that take a context are interposed */
    atomic_bool ready;              /* the hook and everything interposed is in place here: written last */
};

/* The hook outlives modules and interpreters, so what it reads is neither module state nor Python
 * objects. It is kept in this one struct, and nowhere else. */
typedef struct fa_process {
    _Alignas(64) atomic_long live;    /* nodes alive, plus floors; 0 closes the gate */
    _Alignas(64) atomic_ulong epoch;  /* raised by what makes cached authorities stale in other threads */
    atomic_long anchors;              /* boxes that hold a frame; 0: none to let go of */
    atomic_bool hook_runs;            /* the probe came back: the hook is in place */
    atomic_bool unheard;              /* no other hook is there to hear what the core announces: see audit/listeners.h */
    _Atomic(struct fa_floor *) floor; /* owned, or NULL: swapped whole, never freed */
    _Alignas(64) atomic_ulong serial; /* of the last violation; off the line that every event reads */
} fa_process;

extern fa_process fa_state_process;

extern _Atomic(fa_interpreter *) fa_state_first; /* the row made first, which is mostly the only one */

/* An interpreter's row, or NULL where the package was not imported (or is gone). */
fa_interpreter *fa_state_row_of(const PyInterpreterState *interpreter);

/* The row of this thread state's interpreter (NULL: of none), or NULL. */
static inline fa_interpreter *
fa_state_of(const PyThreadState *tstate)
{
    if (FA_UNLIKELY(tstate == NULL)) {
        return NULL;
    }
    fa_interpreter *first = atomic_load_explicit(&fa_state_first, memory_order_acquire);
    if (FA_LIKELY(first != NULL
                  && atomic_load_explicit(&first->interpreter, memory_order_acquire) == tstate->interp)) {
        return first;
    }
    return fa_state_row_of(tstate->interp);
}

/* This interpreter's row. Needs a thread state. */
static inline fa_interpreter *
fa_state_here(void)
{
    return fa_state_of(PyThreadState_GetUnchecked());
}

/* A row for this interpreter: the one it has, or a new one. NULL with an exception set. A new one lasts as long
 * as *fresh (a new reference, else NULL): fill it, keep it, and let go of *fresh in any case. */
fa_interpreter *fa_state_join(PyObject **fresh);

/* The row is whole: have it last as long as the interpreter. Returns 0, or -1 with an exception set. */
int fa_state_keep(PyObject *fresh);

#endif
