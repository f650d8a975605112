/* failing_malloc.c: preloaded into a test's process, it counts allocations and fails those it is told to. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void __libc_free(void *);

#define DEPTH 48 /* callers that are looked at */

/* Which callers are meant: those of [low, high), the core; and, if `below`, what the core calls, up to the next
 * Python function. */
static _Atomic uintptr_t low, high;
static _Atomic uintptr_t eval_low, eval_high; /* what runs Python functions */
static atomic_bool below;
static atomic_long live;

/* What arms it. The test sets these by address: a call by ctypes is an event, which is refused inside a block.
 * `mode` is set last; 0: nothing fails. */
atomic_long failing_malloc_mode, failing_malloc_first, failing_malloc_calls, failing_malloc_failures;
_Atomic pthread_t failing_malloc_owner; /* the thread that armed it: others find memory */

enum { ONE_FAILS = 1, FULL = 2 };

/* FULL: what was given back since then, by size, may be had again, as in a heap that is full. */
#define CLASSES 64
atomic_long failing_malloc_given_back[CLASSES];

static int
class_of(size_t size)
{
    size_t at = (size + 7 + 16) / 16; /* as glibc rounds: usable sizes are 24, 40, 56 … */
    return at < CLASSES ? (int)at : CLASSES - 1;
}

static int
is_in_core(void *caller)
{
    uintptr_t at = (uintptr_t)caller;
    return at >= atomic_load(&low) && at < atomic_load(&high);
}

static int
is_below_core(void)
{
    void *callers[DEPTH];
    int count = backtrace(callers, DEPTH);
    for (int i = 1; i < count; i++) {
        uintptr_t at = (uintptr_t)callers[i];
        if (at >= atomic_load(&eval_low) && at < atomic_load(&eval_high)) {
            return 0;
        }
        if (is_in_core(callers[i])) {
            return 1;
        }
    }
    return 0;
}

/* As the allocator would: a block that was given back and is large enough, a little larger at most. */
static int
take_back(size_t size)
{
    for (int at = class_of(size); at < CLASSES && at < class_of(size) + 2; at++) {
        if (atomic_load(&failing_malloc_given_back[at]) > 0) {
            atomic_fetch_sub(&failing_malloc_given_back[at], 1);
            return 1;
        }
    }
    return 0;
}

static int
fails(void *caller, size_t size)
{
    long now = atomic_load(&failing_malloc_mode);
    if (now == 0 || !pthread_equal(atomic_load(&failing_malloc_owner), pthread_self())
        || !(atomic_load(&below) ? is_below_core() : is_in_core(caller))) {
        return 0;
    }
    if (now == FULL && take_back(size)) {
        return 0;
    }
    long number = atomic_fetch_add(&failing_malloc_calls, 1);
    if (now == ONE_FAILS ? number != atomic_load(&failing_malloc_first) : number < atomic_load(&failing_malloc_first)) {
        return 0;
    }
    atomic_fetch_add(&failing_malloc_failures, 1);
    errno = ENOMEM;
    return 1;
}

static void *
counted(void *block, void *caller)
{
    if (block != NULL && is_in_core(caller)) {
        atomic_fetch_add(&live, 1);
    }
    return block;
}

void *
malloc(size_t size)
{
    void *caller = __builtin_return_address(0);
    return fails(caller, size) ? NULL : counted(__libc_malloc(size), caller);
}

void *
calloc(size_t count, size_t size)
{
    void *caller = __builtin_return_address(0);
    return fails(caller, count * size) ? NULL : counted(__libc_calloc(count, size), caller);
}

void *
realloc(void *block, size_t size)
{
    void *caller = __builtin_return_address(0);
    if (size > malloc_usable_size(block) && fails(caller, size)) {
        return NULL;
    }
    void *grown = __libc_realloc(block, size);
    return block == NULL ? counted(grown, caller) : grown;
}

char *
strdup(const char *text)
{
    void *caller = __builtin_return_address(0);
    size_t size = strlen(text) + 1;
    char *copy = fails(caller, size) ? NULL : counted(__libc_malloc(size), caller);
    return copy == NULL ? NULL : memcpy(copy, text, size);
}

void
free(void *block)
{
    if (block != NULL && is_in_core(__builtin_return_address(0))) {
        atomic_fetch_sub(&live, 1);
    }
    if (block != NULL && atomic_load(&failing_malloc_mode) == FULL && pthread_equal(atomic_load(&failing_malloc_owner), pthread_self())) {
        atomic_fetch_add(&failing_malloc_given_back[class_of(malloc_usable_size(block))], 1);
    }
    __libc_free(block);
}

/* The core lies from `from` to `to`; if `deep`, what it calls is meant as well. */
void
failing_malloc_of(uintptr_t from, uintptr_t to, int deep)
{
    Dl_info info;
    ElfW(Sym) *symbol = NULL;
    void *eval = dlsym(RTLD_DEFAULT, "_PyEval_EvalFrameDefault");
    if (eval != NULL && dladdr1(eval, &info, (void **)&symbol, RTLD_DL_SYMENT) != 0 && symbol != NULL) {
        atomic_store(&eval_low, (uintptr_t)eval);
        atomic_store(&eval_high, (uintptr_t)eval + symbol->st_size);
    }
    atomic_store(&low, from);
    atomic_store(&high, to);
    (void)is_below_core(); /* the first call of backtrace() allocates */
    atomic_store(&below, deep);
}

long
failing_malloc_live(void)
{
    return atomic_load(&live);
}
