/* pending.h: the exit that a thread fetched last, for the entry that follows at once. */
#ifndef FA_PENDING_H
#define FA_PENDING_H

#include "support/compat.h"

#include <stdatomic.h>

/* A thread's place for it. Never freed, only used again by another thread: an exit may die in another
 * thread, or later, than the one that fetched it, and then takes itself out. Without a GIL that thread could
 * be looking at it at this moment, so there the place holds it: until it is linked, or the next is fetched. */
typedef struct fa_pending {
    _Atomic(PyObject *) token;       /* with a GIL borrowed, without one owned; or NULL. Set by its thread,
                                        with a GIL cleared by any */
    PyInterpreterState *interpreter; /* of `token`, when it is owned */
    struct fa_pending *next;         /* in the list of places that no thread has */
} fa_pending;

/* This thread's place; NULL when out of memory. */
fa_pending *fa_pending_here(void);

/* Put an exit that was just fetched into this thread's place. */
static inline void
fa_pending_put(fa_pending *place, PyObject *token)
{
#ifdef Py_GIL_DISABLED
    place->interpreter = PyInterpreterState_Get();
    Py_XDECREF(atomic_exchange_explicit(&place->token, Py_NewRef(token), memory_order_relaxed));
#else
    atomic_store_explicit(&place->token, token, memory_order_relaxed);
#endif
}

/* Take an exit that was linked out of this thread's place; whoever does so holds it. */
static inline void
fa_pending_take_out(fa_pending *place, PyObject *token)
{
    if (!FA_OBJECTS_MAY_CHANGE) {
        /* While it is there nobody else takes it out: whoever does is its own deallocation. */
        if (atomic_load_explicit(&place->token, memory_order_relaxed) == token) {
            atomic_store_explicit(&place->token, NULL, memory_order_relaxed);
        }
        return;
    }
    PyObject *expected = token;
    if (atomic_compare_exchange_strong(&place->token, &expected, NULL)) {
        Py_DECREF(token);
    }
}

/* Take a dying exit out of the place it was put into. */
static inline void
fa_pending_forget(fa_pending *place, PyObject *token)
{
    PyObject *expected = token;
    /* Without a GIL the place held it, so it is not there. */
    if (!FA_OBJECTS_MAY_CHANGE && atomic_load_explicit(&place->token, memory_order_relaxed) == token) {
        atomic_compare_exchange_strong(&place->token, &expected, NULL);
    }
}

#endif
