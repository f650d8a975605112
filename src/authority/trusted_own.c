/* trusted_own.c: trusted calls in a context of their own, which nobody else is ever in. */
#include "authority/trusted_own.h"

#include "authority/authority.h"
#include "authority/chain.h"
#include "authority/leave.h"
#include "support/reserve.h"

/* Other trusted calls lie on a chain that is their caller's, and go on and off it at every step. Here nobody but the calls
 * ever looks at the chain, so it stays as it is, and a step is two stores: where the box is at home, and its barrier. */

void
fa_trusted_own_clear(fa_own *own)
{
    Py_CLEAR(own->context);
    Py_CLEAR(own->box);
}

int
fa_trusted_own_make(fa_interpreter *here, PyObject *model, fa_node *maker, fa_own *own)
{
    *own = (fa_own){.context = PyContext_Copy(model)};
    own->box = own->context == NULL ? NULL : fa_trusted_box(here, NULL, NULL);
    fa_node *chain = own->box == NULL ? NULL : fa_chain_push(here, maker, own->box); /* owned */
    int status = -1;
    if (chain != NULL) {
        own->box->serial = fa_scope_serial();
        FA_PUBLISH(own->box->ended, true);
        status = fa_chain_set_in(here, own->context, chain);
        Py_DECREF(chain);
    }
    if (status < 0) {
        fa_trusted_own_clear(own);
    }
    return status;
}

int
fa_trusted_own_begin(fa_interpreter *here, const fa_own *own, const fa_barrier *outer, fa_node *callers,
                     fa_barrier **barrier)
{
    fa_box *box = own->box;
    /* Whoever cannot put by what ending may take does not begin. */
    fa_barrier *b = fa_reserve_fill(here) < 0 ? NULL : fa_trusted_new(box, callers); /* owned */
    if (b == NULL) {
        return -1;
    }
    if (fa_compat_enter_context(own->context) < 0) {
        fa_trusted_free(b);
        return -1;
    }
    b->outer = outer;
    b->context = Py_NewRef(own->context);
    FA_PUBLISH(box->ended, false);
    FA_PUBLISH(box->thread, PyThreadState_Get()->id);
    FA_PUBLISH(box->home, b->context);
    FA_PUBLISH(box->barrier, b);
    fa_authority_forget();
    *barrier = b;
    return 0;
}

/* Whether the chain is what it was when the context was made. 1, 0, or -1 with an exception set. */
static int
is_as_made(fa_interpreter *here, const fa_box *box)
{
    PyObject *value;
    int found = fa_chain_value(here, NULL, &value);
    if (found > 0) {
        found = Py_IS_TYPE(value, here->node_type) && ((fa_node *)value)->box == box;
        Py_DECREF(value);
    }
    return found;
}

int
fa_trusted_own_end(fa_interpreter *here, const fa_own *own, fa_barrier *b, bool suspends)
{
    fa_box *box = own->box;
    int status = 0;
    if (!suspends && FA_LIKELY(PyThreadState_Get()->context == b->context)) {
        status = is_as_made(here, box);
        if (FA_UNLIKELY(status == 0)) {
            status = fa_leave_end(here, box); /* what lies above it has openers of its own */
        }
    }
    FA_PUBLISH(box->home, NULL);
    FA_PUBLISH(box->barrier, NULL);
    FA_PUBLISH(box->ended, !suspends);
    PyObject *raised = PyErr_GetRaisedException(); /* owned */
    if (FA_UNLIKELY(fa_compat_exit_context(b->context) < 0)) {
        Py_CLEAR(raised); /* the later one */
        status = -1;
    }
    else {
        PyErr_SetRaisedException(raised);
    }
    fa_authority_forget();
    fa_trusted_free(b);
    return status;
}
