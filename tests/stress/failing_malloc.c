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
#define RUNNERS 8
static _Atomic uintptr_t runner_low[RUNNERS], runner_high[RUNNERS]; /* what runs Python functions, and the bodies of modules */
#define SPARED 4
static _Atomic uintptr_t spared_low[SPARED], spared_high[SPARED]; /* what does not survive it: nothing below fails */
#define PLACES 16
static _Atomic uintptr_t spared_places[PLACES]; /* the same, where a call returns to */
static atomic_bool below; /* where a compiler has divided what runs Python, as in 3.14, also in generators and coroutines */
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
is_among(uintptr_t at, const _Atomic uintptr_t *from, const _Atomic uintptr_t *to, int count)
{
    for (int i = 0; i < count; i++) {
        if (at >= atomic_load(&from[i]) && at < atomic_load(&to[i])) {
            return 1;
        }
    }
    return 0;
}

static int
is_below_core(void)
{
    void *callers[DEPTH];
    int count = backtrace(callers, DEPTH);
    for (int i = 1; i < count; i++) {
        uintptr_t at = (uintptr_t)callers[i];
        if (is_among(at, runner_low, runner_high, RUNNERS) || is_among(at, spared_low, spared_high, SPARED)) {
            return 0;
        }
        for (int p = 0; p < PLACES && atomic_load(&spared_places[p]) != 0; p++) {
            if (at == atomic_load(&spared_places[p])) {
                return 0;
            }
        }
        if (is_in_core(callers[i])) {
            return 1;
        }
    }
    return 0;
}

/* ---- what jumps and so leaves no caller to know it by ---- */

static _Atomic int learning;
enum { PLACE = 1, RUNNER = 2 };
static _Atomic uintptr_t learner_low, learner_high; /* the function that calls what is to be known */

/* What the unwinder knows: a part of a function, where a compiler has divided it. */
struct bases {
    void *text, *data, *function;
};
extern const void *_Unwind_Find_FDE(void *address, struct bases *bases);

static uintptr_t
part_at(uintptr_t at)
{
    struct bases bases = {0};
    return _Unwind_Find_FDE((void *)at, &bases) == NULL ? 0 : (uintptr_t)bases.function;
}

/* Note the part of a function in which `at` lies as one that runs Python functions. */
static void
learn_runner(uintptr_t at)
{
    uintptr_t from = part_at(at), to = at;
    for (int r = 0; r < RUNNERS && from != 0 && !is_among(at, runner_low, runner_high, RUNNERS); r++) {
        uintptr_t none = 0;
        if (atomic_compare_exchange_strong(&runner_low[r], &none, from)) {
            while (part_at(to) == from) {
                to++;
            }
            atomic_store(&runner_high[r], to);
        }
    }
}

/* Note where the outermost call below the learner returns to. */
static void
learn(void)
{
    void *callers[DEPTH];
    int count = backtrace(callers, DEPTH);
    for (int i = 1; i < count; i++) {
        uintptr_t at = (uintptr_t)callers[i], before = (uintptr_t)callers[i - 1];
        if (at < atomic_load(&learner_low) || at >= atomic_load(&learner_high)) {
            continue;
        }
        if (atomic_load(&learning) == RUNNER) {
            learn_runner(before);
            return;
        }
        for (int p = 0; p < PLACES && atomic_load(&spared_places[p]) != before; p++) {
            uintptr_t none = 0;
            if (atomic_compare_exchange_strong(&spared_places[p], &none, before)) {
                break;
            }
        }
        return;
    }
}

/* The loader makes room for a module's thread-local variables when a thread first reads one, and has no way to say
 * that there is none: glibc ends the process. */
static int
is_in_loader(void *caller)
{
    Dl_info info;
    return dladdr(caller, &info) != 0 && info.dli_fname != NULL && strstr(info.dli_fname, "ld-linux") != NULL;
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

static void
give_back(int class)
{
    if (class >= 0 && atomic_load(&failing_malloc_mode) == FULL
        && pthread_equal(atomic_load(&failing_malloc_owner), pthread_self())) {
        atomic_fetch_add(&failing_malloc_given_back[class], 1);
    }
}

static int
fails(void *caller, size_t size)
{
    long now = atomic_load(&failing_malloc_mode);
    if (atomic_load(&learning)) {
        learn();
        return 0;
    }
    if (now == 0 || !pthread_equal(atomic_load(&failing_malloc_owner), pthread_self())
        || !(atomic_load(&below) ? is_below_core() && !is_in_loader(caller) : is_in_core(caller))) {
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
    if (block != NULL) {
        give_back(class_of(malloc_usable_size(block)));
    }
    __libc_free(block);
}

/* From where to where the code of an exported function lies. */
static void
find(const char *name, _Atomic uintptr_t *from, _Atomic uintptr_t *to)
{
    Dl_info info;
    ElfW(Sym) *symbol = NULL;
    void *function = dlsym(RTLD_DEFAULT, name);
    if (function != NULL && dladdr1(function, &info, (void **)&symbol, RTLD_DL_SYMENT) != 0 && symbol != NULL) {
        atomic_store(from, (uintptr_t)function);
        atomic_store(to, (uintptr_t)function + symbol->st_size);
    }
}

void
failing_malloc_spare(int number, const char *function)
{
    find(function, &spared_low[number], &spared_high[number]);
}

/* The same for all of a library. */
void
failing_malloc_spare_range(int number, uintptr_t from, uintptr_t to)
{
    atomic_store(&spared_low[number], from);
    atomic_store(&spared_high[number], to);
}

/* Spare what PyDict_SetDefaultRef() asks for, wherever it does: put the keys into the dict, and look. */
int
failing_malloc_spare_set_default(void *dict, void **keys, int count)
{
    int (*set_default)(void *, void *, void *, void **) =
        (int (*)(void *, void *, void *, void **))dlsym(RTLD_DEFAULT, "PyDict_SetDefaultRef");
    find("failing_malloc_spare_set_default", &learner_low, &learner_high);
    (void)is_below_core(); /* the first call of backtrace() allocates */
    int status = 0;
    atomic_store(&learning, PLACE);
    for (int i = 0; i < count && status >= 0; i++) {
        status = set_default(dict, keys[i], keys[i], NULL);
    }
    atomic_store(&learning, 0);
    return status;
}

/* Know what runs Python functions by having it run one that asks for memory: it may be divided, and end others by a jump. */
void
failing_malloc_run(void *function)
{
    void *(*vectorcall_of)(void *) = (void *(*)(void *))dlsym(RTLD_DEFAULT, "PyVectorcall_Function");
    void *(*call)(void *, void *const *, size_t, void *) = (void *(*)(void *, void *const *, size_t, void *))vectorcall_of(function);
    void (*release)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, "Py_DecRef");
    find("failing_malloc_run", &learner_low, &learner_high);
    (void)is_below_core(); /* the first call of backtrace() allocates */
    atomic_store(&learning, RUNNER);
    void *result = call(function, NULL, 0, NULL);
    atomic_store(&learning, 0);
    if (result != NULL) {
        release(result);
    }
}

/* The core lies from `from` to `to`; if `deep`, what it calls is meant as well. */
void
failing_malloc_of(uintptr_t from, uintptr_t to, int deep)
{
    find("_PyEval_EvalFrameDefault", &runner_low[RUNNERS - 1], &runner_high[RUNNERS - 1]);
    find("PyEval_EvalCode", &runner_low[RUNNERS - 2], &runner_high[RUNNERS - 2]);
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

/* ---- Python's own allocator ---- */

/* As CPython declares it. */
typedef struct {
    void *context;
    void *(*malloc)(void *context, size_t size);
    void *(*calloc)(void *context, size_t count, size_t size);
    void *(*realloc)(void *context, void *block, size_t size);
    void (*free)(void *context, void *block);
} allocator;

#define DOMAINS 3 /* raw, memory, objects */
static allocator own[DOMAINS];

/* What is had from there, each with its size's class above its address: it does not say how large a block is. A block
 * that lies 64 MB from another takes its slot; it is then as if it were never given back. */
#define SLOTS (1u << 22)
#define ADDRESS_BITS 48
static _Atomic uint64_t sizes[SLOTS];

static _Atomic uint64_t *
slot_of(const void *block)
{
    return &sizes[((uintptr_t)block >> 4) % SLOTS];
}

static void *
remembered(void *block, size_t size)
{
    if (block != NULL) {
        atomic_store(slot_of(block), (uint64_t)class_of(size) << ADDRESS_BITS | (uintptr_t)block);
    }
    return block;
}

/* The class of its size, or -1. */
static int
forget(void *block)
{
    uint64_t seen = atomic_load(slot_of(block));
    if (block == NULL || (seen & ((UINT64_C(1) << ADDRESS_BITS) - 1)) != (uintptr_t)block) {
        return -1;
    }
    atomic_store(slot_of(block), 0);
    return (int)(seen >> ADDRESS_BITS);
}

static void *
python_malloc(void *context, size_t size)
{
    const allocator *domain = context;
    return fails(__builtin_return_address(0), size) ? NULL : remembered(domain->malloc(domain->context, size), size);
}

static void *
python_calloc(void *context, size_t count, size_t size)
{
    const allocator *domain = context;
    return fails(__builtin_return_address(0), count * size) ? NULL : remembered(domain->calloc(domain->context, count, size), count * size);
}

static void *
python_realloc(void *context, void *block, size_t size)
{
    const allocator *domain = context;
    int before = forget(block);
    if (class_of(size) > before && fails(__builtin_return_address(0), size)) {
        (void)remembered(before < 0 ? NULL : block, (size_t)before * 16);
        return NULL;
    }
    return remembered(domain->realloc(domain->context, block, size), size);
}

static void
python_free(void *context, void *block)
{
    const allocator *domain = context;
    give_back(forget(block));
    domain->free(domain->context, block);
}

/* Fail also what is asked of an allocator that has memory without malloc(): no environment variable exchanges that of
 * a free-threaded build. */
void
failing_malloc_in_python(void)
{
    void (*get)(int, allocator *) = (void (*)(int, allocator *))dlsym(RTLD_DEFAULT, "PyMem_GetAllocator");
    void (*set)(int, allocator *) = (void (*)(int, allocator *))dlsym(RTLD_DEFAULT, "PyMem_SetAllocator");
    for (int domain = 0; domain < DOMAINS; domain++) {
        get(domain, &own[domain]);
        allocator ours = {&own[domain], python_malloc, python_calloc, python_realloc, python_free};
        set(domain, &ours);
    }
}
