/* scope.c: one entry of a policy: made, put on a chain, ended. */
#include "authority/scope.h"

#include "authority/authority.h"
#include "authority/bodies.h"
#include "authority/chain.h"
#include "authority/frames.h"
#include "support/contexts.h"
#include "support/reserve.h"

uint64_t
fa_scope_serial(void)
{
    static atomic_ullong last;
    return atomic_fetch_add(&last, 1) + 1;
}

fa_box *
fa_scope_new(fa_interpreter *here, const fa_terms *terms, PyCodeObject *code, int offset)
{
    fa_box *box = fa_spare_new(&here->spare[FA_SPARE_BOX], here->box_type);
    if (box == NULL) {
        return NULL;
    }
    memset((char *)box + sizeof(PyObject), 0, sizeof(*box) - sizeof(PyObject));
    box->scope.rules = terms->rules;
    box->scope.warn = terms->warn;
    box->scope.code = (PyCodeObject *)Py_XNewRef(code);
    box->scope.offset = offset;
    box->terms = terms;
    Py_INCREF(terms->keeper);
    FA_PUBLISH(box->thread, PyThreadState_Get()->id);
    return box;
}

bool
fa_scope_is_at_home(const fa_box *box, const void *context)
{
    const void *home = box->home;
    if (home == NULL || home != context) {
        return false;
    }
    /* An opener that can outlive its context keeps a weak reference, since addresses are used again.
     * A plain frame cannot: its context stays entered while the frame runs. */
    PyObject *reference = box->home_ref; /* borrowed: it goes with the box */
    if (reference == NULL) {
        return true;
    }
    PyObject *target;
    if (PyWeakref_GetRef(reference, &target) <= 0) {
        return false;
    }
    Py_DECREF(target);
    return (const void *)target == context;
}

bool
fa_scope_is_over(const fa_box *box, const void *context)
{
    return box->ended && fa_scope_is_at_home(box, context);
}

static bool
is_box(const fa_box *box, const void *data)
{
    return box == data;
}

#ifdef Py_GIL_DISABLED
static bool
is_entered_here(const PyThreadState *tstate, const void *context)
{
    const fa_context_layout *entered = (const fa_context_layout *)tstate->context;
    fa_circle circle = {NULL, 0};
    while (entered != NULL && entered != context && !fa_circle_closes(&circle, entered)) {
        entered = entered->ctx_prev;
    }
    return entered == context;
}
#endif

/* Set the variable in a context that need not be the current one, nor one of this thread. The caller holds
 * what the variable has now. Returns 0, or -1 with an exception set; a context that cannot be touched is left
 * as it is. */
static int
set_in(fa_interpreter *here, PyObject *context, fa_node *chain)
{
    PyThreadState *tstate = PyThreadState_Get();
    PyObject *current = tstate->context;
    if (context != current && ((fa_context_layout *)context)->ctx_entered == 0) {
        return fa_chain_set_in(here, context, chain);
    }
#ifdef Py_GIL_DISABLED
    if (!is_entered_here(tstate, context)) {
        return 0;
    }
#endif
    /* Somebody has entered it already, and that can be done only once. No Python code may run meanwhile:
     * it would be without the contexts that are current now. The version tells CPython's cache of the variable. */
    int collects = PyGC_Disable();
    tstate->context = context;
    tstate->context_ver++;
    int status = fa_chain_set(here, chain);
    tstate->context = current;
    tstate->context_ver++;
    if (collects) {
        PyGC_Enable();
    }
    return status;
}

/* Take an ended box off the chain of its home, or copies of that context would go on carrying it. Where that
 * fails the chain keeps a box that counts no longer there. */
static void
take_off_home(fa_interpreter *here, const fa_box *box)
{
    PyObject *home, *value;
    fa_node *rest;
    if (here == NULL || box->home_ref == NULL || PyWeakref_GetRef(box->home_ref, &home) <= 0) {
        PyErr_Clear();
        return;
    }
    if (fa_chain_value(here, home, &value) > 0) {
        if (Py_IS_TYPE(value, here->node_type) && fa_chain_has_own((fa_node *)value, box, home)
            && fa_chain_filter(here, (fa_node *)value, is_box, box, &rest) == 0) {
            (void)set_in(here, home, rest);
            Py_XDECREF(rest);
        }
        Py_DECREF(value);
    }
    PyErr_Clear();
    Py_DECREF(home);
}

void
fa_scope_end(fa_box *box)
{
    FA_PUBLISH(box->ended, true);
    take_off_home(fa_state_here(), box);
    /* Other threads may have this context on their minds: a generator can end a scope from elsewhere. */
    atomic_fetch_add(&fa_state_process.epoch, 1);
    fa_authority_forget();
}

void
fa_scope_lose_token(fa_box *box)
{
    fa_bodies_remove(box);
    /* Whoever looks at the generator does so in this section: until we are out of it, it is there. */
    Py_BEGIN_CRITICAL_SECTION(box);
    FA_PUBLISH(box->token_alive, false);
    FA_PUBLISH(box->generator, NULL);
    Py_END_CRITICAL_SECTION();
}

void
fa_scope_drop_anchor(fa_box *box)
{
    PyFrameObject *anchor; /* owned */
    if (FA_LIKELY(atomic_load_explicit(&box->anchor, memory_order_relaxed) == NULL)) {
        return; /* it never gets one later */
    }
    Py_BEGIN_CRITICAL_SECTION(box);
    anchor = atomic_exchange_explicit(&box->anchor, NULL, memory_order_acq_rel);
    Py_END_CRITICAL_SECTION();
    if (anchor != NULL) {
        atomic_fetch_sub_explicit(&fa_state_process.anchors, 1, memory_order_relaxed);
        Py_DECREF(anchor);
    }
}

void
fa_scope_set_anchor(fa_box *box, PyFrameObject *anchor)
{
    atomic_fetch_add_explicit(&fa_state_process.anchors, 1, memory_order_relaxed);
    FA_PUBLISH(box->anchor, anchor);
}

void
fa_scope_drop_returned(fa_interpreter *here, fa_box *box)
{
    PyFrameObject *anchor = NULL; /* owned */
    if (here->returned_frame == NULL) {
        return;
    }
    Py_BEGIN_CRITICAL_SECTION(box);
    PyFrameObject *held = box->anchor; /* borrowed */
    if (held != NULL && held != here->returned_frame && fa_frames_has_returned(held)) {
        anchor = held;
        FA_PUBLISH(box->anchor, (PyFrameObject *)Py_NewRef(here->returned_frame));
    }
    Py_END_CRITICAL_SECTION();
    Py_XDECREF(anchor);
}

void
fa_scope_drop_all_returned(fa_interpreter *here, fa_node *chain)
{
    for (fa_node *node = chain; node != NULL; node = node->outer) {
        if (node->box != NULL) {
            fa_scope_drop_returned(here, node->box);
        }
    }
}

/* The decorated call in whose body a scope is opened that comes on top of `outer`; 0 for none. */
static uint64_t
call_around(const fa_node *outer)
{
    if (outer == NULL || (outer->box->serial == 0 && outer->box->within == 0)) {
        return 0;
    }
    const void *context = PyThreadState_Get()->context;
    /* The topmost may have been opened in a body that is suspended now: then that call is not around us. Nor is one
     * that this context was only made in: it runs elsewhere, if at all; nor one in which a trusted call was made. */
    for (const fa_node *node = outer; node != NULL; node = node->outer) {
        if (node->box != NULL && node->box->serial != 0
            && fa_scope_is_at_home(node->box, context)) {
            return node->box->serial;
        }
        if (fa_chain_ends_own(node, context)) {
            break;
        }
    }
    return 0;
}

int
fa_scope_push(fa_interpreter *here, fa_box *box)
{
    int status = -1;
    fa_node *outer = NULL; /* owned */
    fa_node *node = NULL;  /* owned */

    /* Whoever cannot put by what leaving takes does not enter. */
    if (fa_reserve_fill(here) < 0 || fa_chain_get(here, NULL, &outer) < 0) {
        goto done;
    }
    /* A call's box is pushed at every step, in whatever other call resumes it: none of these is to end it. */
    FA_PUBLISH(box->within, box->serial != 0 ? 0 : call_around(outer));
    node = fa_chain_push(here, outer, box);
    if (node == NULL || fa_chain_set(here, node) < 0) {
        goto done;
    }
    /* Only now does a thread's first context exist for sure. */
    PyObject *home = PyThreadState_Get()->context; /* borrowed */
    if (box->generator != NULL || box->anchor != NULL || box->opening == FA_OPENED_BY_START) {
        PyObject *reference = PyWeakref_NewRef(home, NULL); /* the box owns it */
        FA_PUBLISH(box->home_ref, reference);
        if (reference == NULL) {
            PyObject *exception = PyErr_GetRaisedException();
            if (fa_chain_set(here, outer) < 0
                && !(fa_reserve_open(here) && fa_chain_set(here, outer) == 0)) {
                PyErr_Clear(); /* stays narrower than it should be, which is the safe side */
            }
            PyErr_SetRaisedException(exception);
            goto done;
        }
    }
    FA_PUBLISH(box->home, home);
    status = 0;

done:
    Py_XDECREF(node);
    Py_XDECREF(outer);
    return status;
}
