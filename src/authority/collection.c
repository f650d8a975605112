/* collection.c: the boxes that are found to govern a thread, each once, and the thread's room for them. */
#include "authority/collection.h"

#include <pthread.h>

#include "authority/trusted.h"

#define SMALL 4 /* boxes and floors that a thread has room for without allocating */

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

bool
fa_collection_reserve(fa_thread *th, size_t count, size_t kept)
{
    fa_authority *authority = &th->authority;
    if (FA_LIKELY(count <= th->block_boxes)) {
        return true;
    }
    if (count <= SMALL) {
        authority->holders = small.holders;
        authority->scopes = small.scopes;
        authority->boxes = small.boxes;
        authority->allowed = small.allowed;
        authority->holder_scope = small.holder_scope;
        th->block_boxes = SMALL;
        return true;
    }
    size_t room = count * 2;
    size_t size = sizeof(fa_holder) + sizeof(fa_scope *) + sizeof(fa_box *) + sizeof(atomic_uint *) + sizeof(uint32_t);
    char *block = PyMem_RawCalloc(room, size);
    if (block == NULL) {
        return false;
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
    return true;
}

/* ---- boxes, each once ---- */

static bool
add_to_slots(fa_collection *set, const void *item)
{
    size_t at = ((uintptr_t)item >> 4) * 0x9E3779B97F4A7C15u >> 20;
    while (set->boxes.slot[at & set->boxes.mask] != NULL) {
        if (set->boxes.slot[at & set->boxes.mask] == item) {
            return false;
        }
        at++;
    }
    set->boxes.slot[at & set->boxes.mask] = item;
    return true;
}

bool
fa_collection_add(fa_collection *c, fa_box *box)
{
    fa_authority *authority = c->authority;
    size_t count = c->scopes;
    if (c->boxes.slot != NULL) {
        if ((count + 1) * 2 > c->boxes.mask) {
            PyMem_RawFree(c->boxes.slot);
            c->boxes.slot = NULL;
        }
        else if (!add_to_slots(c, box)) {
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
            add_to_slots(c, authority->boxes[i]);
        }
        if (!add_to_slots(c, box)) {
            return true;
        }
    }
    if (!fa_collection_reserve(c->th, count + 1, count)) {
        return false;
    }
    authority->boxes[count] = box;
    c->scopes = count + 1;
    return true;
}

bool
fa_collection_add_chain(fa_collection *c, const fa_node *node, const void *context)
{
    for (; node != NULL; node = node->outer) {
        fa_box *box = node->box;
        if (box == NULL) {
            continue;
        }
        if (FA_UNLIKELY(box->barrier != NULL) && context != NULL && box->home == context) {
            if (!fa_trusted_runs(box->barrier)) {
                c->authority->foreign = true; /* the chain is not that of whoever runs there now */
                return true;
            }
            c->barrier = box->barrier;
            context = NULL; /* what follows its maker had: in force for the call, whatever has ended since */
        }
        else if (context != NULL && fa_scope_is_over(box, context)) {
            continue;
        }
        if (FA_LIKELY(box->scope.rules != NULL) && !fa_collection_add(c, box)) {
            return false;
        }
    }
    return true;
}

