/* authority.c: what governs the running code, collected from its contexts and kept per thread. */
#include "authority/authority.h"

#include <pthread.h>

#include "authority/chain.h"
#include "authority/floor.h"

#define SMALL 4 /* boxes and floors that a thread has room for without allocating */

static FA_THREAD_LOCAL fa_thread thread;
static FA_THREAD_LOCAL struct {
    fa_holder holders[SMALL];
    fa_scope *scopes[SMALL];
    fa_box *boxes[SMALL];
    atomic_uint *allowed[SMALL];
    uint32_t holder_scope[SMALL];
} small;

/* ---- a thread's arrays ---- */

static pthread_key_t block_key;
static pthread_once_t block_once = PTHREAD_ONCE_INIT;

static void
make_block_key(void)
{
    /* Frees a thread's arrays when it ends; without a key they would only be leaked. */
    (void)pthread_key_create(&block_key, PyMem_RawFree);
}

/* Room for `count` scopes, in which the first `kept` boxes stay. Returns 0, or -1 when out of memory. */
static int
reserve(fa_thread *th, size_t count, size_t kept)
{
    fa_authority *authority = &th->authority;
    if (FA_LIKELY(count <= th->block_boxes)) {
        return 0;
    }
    if (count <= SMALL) {
        authority->holders = small.holders;
        authority->scopes = small.scopes;
        authority->boxes = small.boxes;
        authority->allowed = small.allowed;
        authority->holder_scope = small.holder_scope;
        th->block_boxes = SMALL;
        return 0;
    }
    size_t room = count * 2;
    size_t size = sizeof(fa_holder) + sizeof(fa_scope *) + sizeof(fa_box *) + sizeof(atomic_uint *) + sizeof(uint32_t);
    char *block = PyMem_RawCalloc(room, size);
    if (block == NULL) {
        return -1;
    }
    pthread_once(&block_once, make_block_key);
    (void)pthread_setspecific(block_key, block);
    authority->holders = (fa_holder *)block;
    authority->scopes = (fa_scope **)(block + room * sizeof(fa_holder));
    fa_box **boxes = (fa_box **)(authority->scopes + room);
    if (kept > 0) {
        memcpy(boxes, authority->boxes, kept * sizeof(fa_box *));
    }
    authority->boxes = boxes;
    authority->allowed = (atomic_uint **)(boxes + room);
    authority->holder_scope = (uint32_t *)(authority->allowed + room);
    PyMem_RawFree(th->block); /* what the boxes were copied from */
    th->block = block;
    th->block_boxes = room;
    return 0;
}

fa_thread *
fa_authority_thread(void)
{
    return &thread;
}

/* ---- collecting ---- */

/* A set of addresses seen so far: a few by comparison, many by hashing. Lives for one collection. */
typedef struct seen {
    const void **slot; /* owned; NULL while there are few */
    size_t mask;
} seen;

static bool
add_to_slots(seen *set, const void *item)
{
    size_t at = ((uintptr_t)item >> 4) * 0x9E3779B97F4A7C15u >> 20;
    while (set->slot[at & set->mask] != NULL) {
        if (set->slot[at & set->mask] == item) {
            return false;
        }
        at++;
    }
    set->slot[at & set->mask] = item;
    return true;
}

/* One collection under way. */
typedef struct collection {
    fa_thread *th;
    fa_authority *authority;
    size_t scopes; /* found so far */
    seen boxes;
} collection;

/* Add a box unless it is there. Returns false when out of memory. */
static bool
add_box(collection *c, fa_box *box)
{
    fa_authority *authority = c->authority;
    size_t count = c->scopes;
    if (c->boxes.slot != NULL) {
        if ((count + 1) * 2 > c->boxes.mask) {
            PyMem_RawFree(c->boxes.slot);
            c->boxes.slot = NULL;
        }
        else if (!add_to_slots(&c->boxes, box)) {
            return true;
        }
    }
    else {
        for (size_t i = 0; i < count; i++) {
            if (authority->boxes[i] == box) {
                return true;
            }
        }
    }
    if (c->boxes.slot == NULL && count >= 16) {
        size_t size = 64;
        while (size < count * 8) {
            size *= 2;
        }
        c->boxes.slot = PyMem_RawCalloc(size, sizeof(void *));
        if (c->boxes.slot == NULL) {
            return false;
        }
        c->boxes.mask = size - 1;
        for (size_t i = 0; i < count; i++) {
            add_to_slots(&c->boxes, authority->boxes[i]);
        }
        if (!add_to_slots(&c->boxes, box)) {
            return true;
        }
    }
    if (reserve(c->th, count + 1, count) < 0) {
        return false;
    }
    authority->boxes[count] = box;
    c->scopes = count + 1;
    return true;
}

/* Add the boxes of a chain as seen from `context` (NULL: of a thread's base, where nothing is over). */
static bool
add_chain(collection *c, const fa_node *node, const void *context)
{
    for (; node != NULL; node = node->outer) {
        if (node->box == NULL || (context != NULL && fa_scope_is_over(node->box, context))) {
            continue;
        }
        if (!add_box(c, node->box)) {
            return false;
        }
    }
    return true;
}

/* What the contexts of this thread carry. Returns 0, or -1 when out of memory. */
static int
collect_boxes(collection *c, PyThreadState *tstate, fa_interpreter *here)
{
    fa_authority *authority = c->authority;
    const fa_context_layout *context = (const fa_context_layout *)tstate->context;
    for (; here != NULL && context != NULL; context = context->ctx_prev) {
        PyObject *value;
        int found = fa_chain_value(here, (PyObject *)context, &value);
        if (found < 0) {
            return -1;
        }
        if (found == 0) {
            continue;
        }
        if (!Py_IS_TYPE(value, here->node_type)) {
            authority->foreign = true;
        }
        else if (!add_chain(c, (fa_node *)value, context)) {
            Py_DECREF(value);
            return -1;
        }
        if ((PyObject *)context == tstate->context && !authority->foreign) {
            authority->whole = (fa_node *)value;
        }
        Py_DECREF(value); /* the context holds it */
    }
    size_t of_contexts = c->scopes;
    if (c->th->base != NULL && !add_chain(c, c->th->base, NULL)) {
        return -1;
    }
    /* The current chain stands for the whole when it alone names every box, and nothing that is over. */
    size_t length = 0;
    for (fa_node *node = authority->whole; node != NULL; node = node->outer) {
        if (node->box != NULL) {
            length++;
        }
    }
    if (length != c->scopes || of_contexts != c->scopes) {
        authority->whole = NULL;
    }
    return 0;
}

/* The scopes of the boxes and of the floors, and each different policy once. */
static int
collect_holders(collection *c, uint64_t thread_id)
{
    fa_authority *authority = c->authority;
    const fa_floor *floor = fa_floor_get();
    size_t floors = floor == NULL ? 0 : floor->count;
    size_t boxes = c->scopes;
    if (reserve(c->th, boxes + floors, boxes) < 0) {
        return -1;
    }
    authority->box_count = (uint32_t)boxes;
    authority->scope_count = (uint32_t)(boxes + floors);
    authority->holder_count = 0;
    for (size_t i = 0; i < boxes + floors; i++) {
        fa_scope *scope = i < boxes ? &authority->boxes[i]->scope : floor->scope[i - boxes];
        if (i >= boxes) {
            authority->boxes[i] = NULL;
        }
        authority->scopes[i] = scope;
        bool is_own = i < boxes && authority->boxes[i]->thread == thread_id;
        authority->allowed[i] = fa_counts_here(&scope->allowed, is_own);
        fa_learned *learned = atomic_load_explicit(&scope->learned, memory_order_acquire);
        bool known = false;
        /* Judged already. A policy that learned addresses is a policy of its own; a quadratic search is
         * left at a bound, since judging a policy twice changes no verdict. */
        for (size_t k = 0; k < authority->holder_count && k < 64 && !known; k++) {
            const fa_holder *holder = &authority->holders[k];
            known = holder->rules == scope->rules && holder->warn == scope->warn
                && holder->learned == learned;
        }
        if (!known) {
            authority->holders[authority->holder_count] =
                (fa_holder){.rules = scope->rules, .learned = learned, .warn = scope->warn};
            authority->holder_scope[authority->holder_count++] = (uint32_t)i;
        }
    }
    return 0;
}

static int
collect(fa_thread *th, PyThreadState *tstate, const fa_authority **result)
{
    fa_interpreter *here = fa_state_of(tstate);
    fa_authority *authority = &th->authority;
    unsigned long epoch = atomic_load_explicit(&fa_state_process.epoch, memory_order_acquire);
    collection c = {.th = th, .authority = authority};

    th->tstate = NULL;
    authority->foreign = false;
    authority->whole = NULL;
    int status = reserve(th, 1, 0);
    status = status < 0 ? -1 : collect_boxes(&c, tstate, here);
    status = status < 0 ? -1 : collect_holders(&c, tstate->id);
    PyMem_RawFree(c.boxes.slot);
    if (FA_UNLIKELY(status < 0)) {
        if (!PyErr_Occurred()) {
            PyErr_NoMemory();
        }
        return -1;
    }
    th->found = authority->scope_count > 0 || authority->foreign;
    th->tstate_id = tstate->id;
    th->context = tstate->context;
    th->context_version = tstate->context_ver;
    th->epoch = epoch;
    th->tstate = tstate;
    *result = authority;
    return th->found;
}

int
fa_authority_get(const fa_authority **authority)
{
    fa_thread *th = &thread;
    PyThreadState *tstate = PyThreadState_GetUnchecked();
    if (FA_LIKELY(th->tstate == tstate && tstate != NULL && th->tstate_id == tstate->id
                  && th->context == tstate->context && th->context_version == tstate->context_ver
                  && th->epoch == atomic_load_explicit(&fa_state_process.epoch,
                                                       memory_order_acquire))) {
        *authority = &th->authority;
        return th->found;
    }
    if (tstate == NULL) {
        return 0; /* the runtime's own events, before the first thread state and after the last */
    }
    return collect(th, tstate, authority);
}

fa_node *
fa_authority_chain(fa_interpreter *here, const fa_authority *authority)
{
    if (authority->whole != NULL) {
        return (fa_node *)Py_NewRef(authority->whole);
    }
    return fa_chain_join(here, NULL, authority->boxes, authority->box_count);
}
