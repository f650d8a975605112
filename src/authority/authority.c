/* authority.c: what governs the running code, collected from its contexts and kept per thread. */
#include "authority/authority.h"

#include "authority/bodies.h"
#include "authority/chain.h"
#include "authority/collection.h"
#include "authority/floor.h"
#include "support/contexts.h"

static FA_THREAD_LOCAL fa_thread thread;

fa_thread *
fa_authority_thread(void)
{
    return &thread;
}

/* ---- collecting ---- */

/* Add what carriers hold that run in this greenlet, and that no trusted call hides. `context` is where the walk ended,
 * and `outermost` the last that it met; in a circle of contexts, which it has been through, any carrier counts. Returns false
 * when out of memory. */
static bool
add_bases(fa_collection *c, const fa_context_layout *context, const PyObject *outermost, bool everywhere,
          const struct fa_barrier *barrier)
{
    if (context != NULL) {
        outermost = (const PyObject *)fa_contexts_outermost(context);
        everywhere = outermost == NULL;
    }
    for (const fa_base *base = c->th->bases; base != NULL; base = base->outer) {
        bool is_here = everywhere || base->outermost == NULL || base->outermost == outermost;
        if (is_here && (barrier == NULL || base->within == barrier) &&
            !fa_collection_add_chain(c, base->chain, NULL)) {
            return false;
        }
    }
    return true;
}

/* What the contexts of this thread carry, and the bodies that it runs. Returns 0, or -1 when out of memory. */
static int
collect_boxes(fa_collection *c, PyThreadState *tstate, fa_interpreter *here)
{
    fa_authority *authority = c->authority;
    const fa_context_layout *context = (const fa_context_layout *)tstate->context;
    const PyObject *outermost = NULL;
    fa_circle circle = {NULL, 0};
    bool everywhere = false;
    for (; here != NULL && context != NULL && !everywhere; context = context->ctx_prev) {
        PyObject *value;
        everywhere = fa_circle_closes(&circle, context);
        outermost = (const PyObject *)context;
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
        else if (!fa_collection_add_chain(c, (fa_node *)value, context)) {
            Py_DECREF(value);
            return -1;
        }
        if ((PyObject *)context == tstate->context && !authority->foreign) {
            authority->whole = (fa_node *)value;
        }
        Py_DECREF(value); /* the context holds it */
        if (FA_UNLIKELY(c->barrier != NULL)) {
            break;
        }
    }
    const struct fa_barrier *barrier = authority->barrier = c->barrier;
    size_t of_contexts = c->scopes;
    if (FA_UNLIKELY(c->th->bases != NULL) && !add_bases(c, everywhere ? NULL : context, outermost, everywhere, barrier)) {
        return -1;
    }
    if (here != NULL && FA_UNLIKELY(fa_bodies_are_open(here)) && !fa_bodies_collect(here, tstate, c)) {
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
collect_holders(fa_collection *c, uint64_t thread_id)
{
    fa_authority *authority = c->authority;
    const fa_floor *floor = fa_floor_get();
    size_t floors = floor == NULL ? 0 : floor->count;
    size_t boxes = c->scopes;
    authority->box_count = (uint32_t)boxes;
    authority->scope_count = (uint32_t)(boxes + floors);
    authority->holder_count = 0;
    if (boxes + floors == 0) {
        return 0;
    }
    if (!fa_collection_reserve(c->th, boxes + floors, boxes)) {
        return -1;
    }
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
    fa_collection c = {.th = th, .authority = authority};

    th->tstate = th->walked = NULL; /* should anything fail */
    authority->foreign = false;
    authority->whole = NULL;
    authority->resumed = 0;
    th->running_count = 0;
    int status = collect_boxes(&c, tstate, here);
    status = status < 0 ? -1 : collect_holders(&c, tstate->id);
    fa_collection_end(&c);
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
    /* While a generator has a scope open, what governs depends on which of them run: that is looked at first. */
    bool walks = here != NULL && fa_bodies_are_open(here);
    th->tstate = walks ? NULL : tstate;
    th->walked = walks && th->running_count <= FA_RUNNING ? tstate : NULL;
    th->bodies = walks ? &here->bodies : NULL;
    *result = authority;
    return th->found;
}

/* What was collected, if it holds still and the same bodies run; else collected anew. Apart, so that nothing of it is
 * paid for while no generator has a scope open. */
static FA_NOINLINE int
get_walking(fa_thread *th, PyThreadState *tstate, const fa_authority **authority)
{
    if (FA_LIKELY(th->walked == tstate && tstate != NULL && th->tstate_id == tstate->id
                  && th->context == tstate->context && th->context_version == tstate->context_ver
                  && th->epoch == atomic_load_explicit(&fa_state_process.epoch, memory_order_acquire)
                  && fa_bodies_are_the_same(th, tstate))) {
        *authority = &th->authority;
        return th->found;
    }
    if (tstate == NULL) {
        return 0; /* the runtime's own events, before the first thread state and after the last */
    }
    return collect(th, tstate, authority);
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
    return get_walking(th, tstate, authority);
}

fa_node *
fa_authority_chain(fa_interpreter *here, const fa_authority *authority)
{
    if (authority->whole != NULL) {
        return (fa_node *)Py_NewRef(authority->whole);
    }
    return fa_chain_join(here, NULL, authority->boxes, authority->box_count);
}

bool
fa_authority_covers(const fa_authority *authority, const fa_node *chain)
{
    bool covered = true;
    for (; covered && chain != NULL; chain = chain->outer) {
        covered = chain->box == NULL;
        for (uint32_t i = 0; !covered && i < authority->box_count; i++) {
            covered = authority->boxes[i] == chain->box;
        }
    }
    return covered;
}
