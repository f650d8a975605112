/* trusted_call.c: one call of a trusted function: made, entered, left, ended. */
#include "audit/install.h"
#include "authority/authority.h"
#include "scope/calls.h"
#include "scope/manager.h"
#include "scope/trusted.h"
#include "support/modules.h"

void
fa_trust_copy(fa_trust *to, const fa_trust *from)
{
    to->maker = (fa_node *)Py_XNewRef(from->maker);
    to->manager = Py_XNewRef(from->manager);
    to->name = Py_XNewRef(from->name);
    to->code = (PyCodeObject *)Py_XNewRef(from->code);
    to->context = Py_XNewRef(from->context);
    to->cancelled = Py_XNewRef(from->cancelled);
}

void
fa_trust_clear(fa_trust *trust)
{
    Py_CLEAR(trust->maker);
    Py_CLEAR(trust->manager);
    Py_CLEAR(trust->name);
    Py_CLEAR(trust->code);
    Py_CLEAR(trust->context);
    Py_CLEAR(trust->cancelled);
}

/* Note it in the boxes of the caller. Returns 0, or -1 with an exception set. */
static int
note_callers(fa_interpreter *here, const fa_trust *trust, fa_trusted_call *call)
{
    const fa_authority *authority;
    int found = fa_authority_get(&authority);
    if (found <= 0 || authority->box_count == 0) {
        return found < 0 ? -1 : 0;
    }
    fa_node *callers = fa_authority_chain(here, authority); /* owned */
    if (callers == NULL || (trust->context == NULL && fa_calls_begin(here, callers, trust->name) < 0)) {
        Py_XDECREF(callers);
        return -1;
    }
    call->callers = callers;
    return 0;
}

int
fa_trusted_call_make(fa_interpreter *here, const fa_trust *trust, bool suspends, fa_trusted_call *call)
{
    const fa_terms *terms = trust->manager == NULL ? NULL : &((fa_manager *)trust->manager)->terms;
    *call = (fa_trusted_call){.box = fa_trusted_box(here, terms, trust->code)};
    if (call->box == NULL) {
        return -1;
    }
    if (suspends) {
        call->box->serial = fa_scope_serial();
    }
    if (trust->context != NULL) {
        call->context = PyContext_Copy(trust->context);
    }
    if ((trust->context != NULL && call->context == NULL) || note_callers(here, trust, call) < 0) {
        Py_CLEAR(call->box);
        Py_CLEAR(call->context);
        return -1;
    }
    return 0;
}

void
fa_trusted_call_end(const fa_trust *trust, fa_trusted_call *call)
{
    fa_node *callers = call->callers;
    call->callers = NULL;
    if (callers != NULL && trust->context == NULL) {
        fa_calls_end(callers, trust->name);
    }
    Py_XDECREF(callers);
    Py_CLEAR(call->kept);
    Py_CLEAR(call->context);
    Py_CLEAR(call->box);
}

int
fa_trusted_call_enter(fa_interpreter *here, const fa_trust *trust, const fa_trusted_call *call,
                      fa_barrier **barrier)
{
    if (call->context != NULL && fa_compat_enter_context(call->context) < 0) {
        return -1;
    }
    if (fa_trusted_begin(here, barrier, call->box, trust->maker, call->callers, call->kept) == 0) {
        return 0;
    }
    if (call->context != NULL) {
        PyObject *raised = PyErr_GetRaisedException();
        (void)fa_compat_exit_context(call->context);
        PyErr_SetRaisedException(raised);
    }
    return -1;
}

int
fa_trusted_call_leave(fa_interpreter *here, fa_trusted_call *call, fa_barrier *barrier, bool suspends)
{
    PyObject *raised = PyErr_GetRaisedException();
    /* What it has imported for its caller, such as a pool, is looked at while it is still the host. */
    bool looks = !suspends && here->ready && FA_UNLIKELY(fa_modules_have_changed(here));
    int ready = looks ? fa_install_ready() : 0;
    PyObject *unready = PyErr_GetRaisedException(); /* owned */
    int status = fa_trusted_end(here, barrier, suspends, &call->kept);
    if (ready < 0 && status == 0) {
        PyErr_SetRaisedException(unready);
        unready = NULL;
        status = -1;
    }
    Py_XDECREF(unready);
    if (call->context != NULL) {
        PyObject *failed = PyErr_GetRaisedException();
        if (fa_compat_exit_context(call->context) < 0) {
            status = -1;
            Py_XDECREF(failed);
        }
        else {
            PyErr_SetRaisedException(failed);
        }
    }
    if (status < 0) {
        Py_XDECREF(raised);
        return -1;
    }
    PyErr_SetRaisedException(raised);
    return 0;
}
