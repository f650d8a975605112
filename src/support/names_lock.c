/* names_lock.c: keeps names from changing their meaning, by acts of this process, between judging and acting. */
#include "support/names_lock.h"

#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static _Thread_local unsigned depth; /* how often this thread has it */

bool
fa_names_lock_try(bool changes)
{
    if (depth == 0 && (changes ? pthread_rwlock_trywrlock(&lock) : pthread_rwlock_tryrdlock(&lock)) != 0) {
        return false;
    }
    depth++;
    return true;
}

void
fa_names_lock_wait(bool changes)
{
    if (changes) {
        (void)pthread_rwlock_wrlock(&lock);
    }
    else {
        (void)pthread_rwlock_rdlock(&lock);
    }
    depth++;
}

void
fa_names_lock_release(void)
{
    if (depth > 0 && --depth == 0) { /* none in a child that was forked in the middle */
        (void)pthread_rwlock_unlock(&lock);
    }
}

/* In the child only the thread that forked is left. */
static void
start_anew(void)
{
    lock = (pthread_rwlock_t)PTHREAD_RWLOCK_INITIALIZER;
    depth = 0;
}

int
fa_names_lock_install(void)
{
    static char installed; /* under the lock of imports */

    if (__atomic_test_and_set(&installed, __ATOMIC_ACQ_REL)) {
        return 0;
    }
    return pthread_atfork(NULL, NULL, start_anew);
}
