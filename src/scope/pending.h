/* pending.h: the exit that a thread fetched last, for the entry that follows at once. */
#ifndef FA_PENDING_H
#define FA_PENDING_H

#include "support/compat.h"

#include <stdatomic.h>

struct fa_exit;

/* A thread's place for it. Never freed, only used again by another thread: an exit may die in another
 * thread, or later, than the one that fetched it, and then takes itself out. */
typedef struct fa_pending {
    _Atomic(struct fa_exit *) token; /* borrowed, or NULL; set by its thread, cleared by any */
    struct fa_pending *next;         /* in the list of places that no thread has */
} fa_pending;

/* This thread's place; NULL when out of memory. */
fa_pending *fa_pending_here(void);

/* Take a dying exit out of the place it was put into. */
static inline void
fa_pending_forget(fa_pending *place, struct fa_exit *token)
{
    struct fa_exit *expected = token;
    atomic_compare_exchange_strong(&place->token, &expected, NULL);
}

#endif
