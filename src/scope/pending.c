/* pending.c: the exit that a thread fetched last. */
#include "scope/pending.h"

#include <pthread.h>

static FA_THREAD_LOCAL fa_pending *mine;
static _Atomic(fa_pending *) unused; /* owned: the places of threads that have ended */
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
give_back(void *place)
{
    fa_pending *last = place;
    mine = NULL;
    if (!FA_OBJECTS_MAY_CHANGE) {
        atomic_store(&last->token, NULL); /* else it is owned, and needs a thread state to go */
    }
    last->next = atomic_load(&unused);
    while (!atomic_compare_exchange_weak(&unused, &last->next, last)) {
    }
}

static void
make_key(void)
{
    /* Without a key a thread's place is not used again, and nothing else is lost. */
    (void)pthread_key_create(&key, give_back);
}

/* A place that an ended thread left, or NULL. */
static fa_pending *
take_unused(void)
{
    /* The whole list is taken and the rest put back: popping one would be wrong when the same place comes
     * back meanwhile. */
    fa_pending *list = atomic_exchange(&unused, NULL);
    fa_pending *rest = list == NULL ? NULL : list->next;
    while (rest != NULL) {
        fa_pending *place = rest;
        rest = rest->next;
        place->next = atomic_load(&unused);
        while (!atomic_compare_exchange_weak(&unused, &place->next, place)) {
        }
    }
    return list;
}

fa_pending *
fa_pending_here(void)
{
    if (FA_LIKELY(mine != NULL)) {
        return mine;
    }
    fa_pending *place = take_unused();
    if (place == NULL) {
        place = PyMem_RawCalloc(1, sizeof(fa_pending));
        if (place == NULL) {
            return NULL;
        }
    }
    PyObject *left = atomic_exchange(&place->token, NULL); /* owned: by a thread that has ended */
    if (left != NULL && place->interpreter == PyInterpreterState_Get()) {
        Py_DECREF(left); /* of another interpreter: it stays, as it cannot be let go of here */
    }
    pthread_once(&once, make_key);
    (void)pthread_setspecific(key, place);
    mine = place;
    return place;
}
