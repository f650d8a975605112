/* trusted.c: running code with its maker's authority: a barrier where the walk along the contexts ends. */
#include "authority/trusted.h"

#include "authority/authority.h"
#include "authority/chain.h"
#include "authority/leave.h"
#include "support/contexts.h"
#include "support/reserve.h"

fa_box *
fa_trusted_box(fa_interpreter *here, const fa_terms *terms, PyCodeObject *code)
{
    static const fa_terms nothing = {.keeper = Py_None, .policy = Py_None};
    fa_box *box = fa_scope_new(here, terms != NULL ? terms : &nothing, code, 0);
    if (box != NULL) {
        box->opening = FA_OPENED_BY_TRUST;
    }
    return box;
}

/* ---- beginning ---- */

static bool
is_of_call(const fa_box *box, const void *data)
{
    return !box->ended && box->within == ((const fa_box *)data)->serial;
}

/* Whether a box that the body opened is still to be ended, and no longer on the chain: somebody resumed the body in
 * another context, in which it would otherwise be free of it. */
static bool
is_missing(const fa_box *box, const void *data)
{
    return !box->ended && !fa_chain_has(data, box);
}

/* The boxes of `from` for which `takes` is true, in their order on top of `onto` (stolen; may be NULL). Returns 0, or
 * -1 with an exception set. */
static int
lift(fa_interpreter *here, const fa_node *from, const fa_node *until, fa_chain_drops takes, const void *data,
     fa_node **onto)
{
    size_t count = 0;
    for (const fa_node *node = from; node != until; node = node->outer) {
        count++;
    }
    fa_box **boxes = PyMem_New(fa_box *, count + 1); /* owned; its items are borrowed */
    if (boxes == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    size_t at = 0;
    for (const fa_node *node = from; node != until; node = node->outer) {
        if (node->box != NULL && (takes == NULL || takes(node->box, data))) {
            boxes[at++] = node->box;
        }
    }
    int status = 0;
    while (at-- > 0 && status == 0) {
        fa_node *pushed = fa_chain_push(here, *onto, boxes[at]);
        Py_XSETREF(*onto, pushed);
        status = pushed == NULL ? -1 : 0;
    }
    PyMem_Free(boxes);
    return status;
}

/* What the body opened before it was suspended lies on the caller's chain: it comes on top of `inner` again, and
 * `before` goes on without. Returns 0, or -1 with an exception set. */
static int
take_up_own(fa_interpreter *here, fa_barrier *b, const fa_node *kept, fa_node **inner)
{
    bool any = false;
    const fa_node *until = kept;
    while (until != NULL && until->box != b->box) {
        until = until->outer;
    }
    if (until != kept && lift(here, kept, until, is_missing, b->before, inner) < 0) {
        return -1;
    }
    for (const fa_node *node = b->before; b->box->serial != 0 && node != NULL && !any; node = node->outer) {
        any = node->box != NULL && is_of_call(node->box, b->box);
    }
    if (!any) {
        return 0;
    }
    fa_node *rest;
    if (lift(here, b->before, NULL, is_of_call, b->box, inner) < 0
        || fa_chain_filter(here, b->before, is_of_call, b->box, &rest) < 0) {
        return -1;
    }
    Py_XSETREF(b->before, rest);
    return 0;
}

static void
note_homes(fa_barrier *b)
{
    size_t at = 0;
    for (const fa_node *node = b->before; node != NULL && at < 64; node = node->outer, at++) {
        if (node->box != NULL && !node->box->ended && fa_scope_is_at_home(node->box, b->context)) {
            b->homes |= (uint64_t)1 << at;
        }
    }
}

void
fa_trusted_free(fa_barrier *b)
{
    Py_XDECREF(b->box);
    Py_XDECREF(b->context);
    Py_XDECREF(b->vars);
    Py_XDECREF(b->before);
    PyMem_RawFree(b);
}

/* What greenlets do not share, of all that a thread has: the first piece of its Python stack, which stays as long as
 * that. NULL while nothing has lain on it. */
static const void *
stack_of(PyThreadState *tstate)
{
    const _PyStackChunk *chunk = tstate->datastack_chunk;
    while (chunk != NULL && chunk->previous != NULL) {
        chunk = chunk->previous;
    }
    return chunk;
}

bool
fa_trusted_runs(const fa_barrier *barrier)
{
    PyThreadState *tstate = PyThreadState_GetUnchecked();
    return tstate != NULL && barrier->stack != NULL && barrier->stack == stack_of(tstate);
}

fa_barrier *
fa_trusted_new(fa_box *box, fa_node *callers)
{
    PyThreadState *tstate = PyThreadState_Get();
    /* Not on the stack of C: a greenlet that it switches to would write over it. */
    fa_barrier *b = PyMem_RawMalloc(sizeof(fa_barrier)); /* owned */
    if (b == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    *b = (fa_barrier){
        .callers = callers, .stack = stack_of(tstate), .place = tstate->exc_info, .box = (fa_box *)Py_NewRef(box)};
    return b;
}

int
fa_trusted_begin(fa_interpreter *here, fa_barrier **barrier, fa_box *box, fa_node *maker, fa_node *callers,
                 const fa_node *kept)
{
    const fa_authority *authority;
    PyThreadState *tstate = PyThreadState_Get();
    fa_node *inner = NULL;  /* owned */

    fa_barrier *b = *barrier = fa_trusted_new(box, callers); /* owned */
    if (b == NULL) {
        return -1;
    }
    /* Whoever cannot put by what ending takes does not begin. */
    if (fa_reserve_fill(here) < 0 || (tstate->context == NULL && fa_reserve_context() < 0)
        || fa_chain_get(here, NULL, &b->before) < 0 || fa_authority_get(&authority) < 0) {
        goto error;
    }
    b->outer = authority->barrier;
    b->context = Py_NewRef(tstate->context);
    b->vars = Py_XNewRef(((fa_context_layout *)tstate->context)->ctx_vars);
    inner = fa_chain_push(here, maker, box);
    if (inner == NULL || take_up_own(here, b, kept, &inner) < 0) {
        goto error;
    }
    note_homes(b);
    if (fa_chain_set(here, inner) < 0) {
        goto error;
    }
    Py_DECREF(inner);
    FA_PUBLISH(box->ended, false);
    FA_PUBLISH(box->thread, tstate->id);
    FA_PUBLISH(box->home, b->context);
    FA_PUBLISH(box->barrier, b);
    fa_authority_forget();
    return 0;

error:
    Py_XDECREF(inner);
    fa_trusted_free(b);
    return -1;
}

/* ---- ending ---- */

/* Whether a box of the caller's was ended where it was entered, by what the body did: it does not come back. */
static bool
was_ended(const fa_box *box, const void *data)
{
    const fa_barrier *b = data;
    size_t at = 0;
    for (const fa_node *node = b->before; node != NULL && at < 64; node = node->outer, at++) {
        if (node->box == box) {
            return box->ended && (b->homes >> at & 1) != 0;
        }
    }
    return false;
}

/* The caller's chain as it is to be now (*chain: new reference or NULL). Returns 0, or -1 with an exception set. */
static int
chain_of_caller(fa_interpreter *here, const fa_barrier *b, fa_node **chain)
{
    bool any = false;
    size_t at = 0;
    for (const fa_node *node = b->before; node != NULL && at < 64 && !any; node = node->outer, at++) {
        any = (b->homes >> at & 1) != 0 && node->box->ended;
    }
    if (FA_UNLIKELY(any)) {
        return fa_chain_filter(here, b->before, was_ended, b, chain);
    }
    *chain = (fa_node *)Py_XNewRef(b->before);
    return 0;
}

/* Put the caller's chain back. What lies above the box has openers of its own: the box, with those above it, goes on
 * top of the caller's chain first, and is then taken off as any scope is. */
static int
put_back(fa_interpreter *here, const fa_barrier *b, bool suspends, fa_node **kept)
{
    fa_node *chain = NULL;  /* owned */
    PyObject *value = NULL; /* owned */
    int status = -1;

    if (fa_chain_value(here, NULL, &value) < 0 || chain_of_caller(here, b, &chain) < 0) {
        goto done;
    }
    const fa_node *top = value != NULL && Py_IS_TYPE(value, here->node_type) ? (fa_node *)value : NULL;
    const fa_node *own = top; /* the topmost: one further down came with a copy */
    while (own != NULL && own->box != b->box) {
        own = own->outer;
    }
    if (kept != NULL) {
        Py_XSETREF(*kept, suspends && own != NULL && own != top ? (fa_node *)Py_NewRef(value) : NULL);
    }
    if (FA_LIKELY(own == NULL || own == top)) {
        status = fa_chain_set(here, chain);
        if (status == 0) {
            FA_PUBLISH(b->box->ended, !suspends);
            FA_PUBLISH(b->box->home, NULL);
        }
        goto done;
    }
    fa_node *pushed = fa_chain_push(here, chain, b->box);
    Py_XSETREF(chain, pushed);
    if (pushed != NULL && lift(here, top, own, NULL, NULL, &chain) == 0 && fa_chain_set(here, chain) == 0) {
        status = suspends ? fa_leave_suspend(here, b->box) : fa_leave_end(here, b->box);
    }

done:
    Py_XDECREF(value);
    Py_XDECREF(chain);
    return status;
}

/* It could not be put in order: the context gets what it held when the body went on, other variables included. Cannot
 * fail: to go on with the body's authority would be a way out. */
static void
put_back_whole(const fa_barrier *b)
{
    fa_context_layout *context = (fa_context_layout *)b->context;
    PyObject *now = context->ctx_vars; /* owned */
    context->ctx_vars = Py_XNewRef(b->vars);
    PyThreadState_Get()->context_ver++; /* CPython's cache of variables, and ours */
    FA_PUBLISH(b->box->home, NULL);
    fa_authority_forget();
    Py_XDECREF(now);
}

int
fa_trusted_end(fa_interpreter *here, fa_barrier *b, bool suspends, fa_node **kept)
{
    bool is_here = PyThreadState_Get()->context == b->context;
    int status = 0;

    if (FA_LIKELY(is_here)) {
        status = put_back(here, b, suspends, kept);
        if (FA_UNLIKELY(status < 0) && b->box->home != NULL && fa_reserve_open(here)) {
            status = put_back(here, b, suspends, kept);
        }
    }
    if (FA_UNLIKELY(b->box->home != NULL)) {
        put_back_whole(b);
    }
    FA_PUBLISH(b->box->barrier, NULL);
    FA_PUBLISH(b->box->ended, !suspends);
    fa_authority_forget();
    fa_trusted_free(b);
    return status;
}
