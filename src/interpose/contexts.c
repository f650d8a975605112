/* contexts.c: contexts carry what is in force where they are made and entered. */
#include "interpose/contexts.h"

#include "authority/authority.h"
#include "authority/chain.h"
#include "interpose/failures.h"
#include "interpose/given.h"
#include "interpose/interpose.h"
#include "support/contexts.h"
#include "interpose/layouts.h"
#include "support/reserve.h"

/* ---- what is in force here, for a context that is entered or made ---- */

/* The authority when it has scopes to carry, else NULL; -1 in *status with an exception set. */
static const fa_authority *
carried(fa_interpreter *here, int *status)
{
    const fa_authority *authority;
    *status = here == NULL ? 0 : fa_authority_get(&authority);
    return *status > 0 && authority->box_count > 0 ? authority : NULL;
}

/* Whether a box was put into a context by joining: [0] is what was joined, [1] the context's own. */
static bool
was_joined(const fa_box *box, const void *data)
{
    const fa_node *const *chains = data;
    return fa_chain_has(chains[0], box) && !fa_chain_has(chains[1], box);
}

/* Undo what join put into the current context: what the code inside left open there stays, but ends alone. */
static int
unjoin(fa_interpreter *here, fa_node *joined, fa_node *own, PyObject *token)
{
    PyObject *value;
    int found = fa_chain_value(here, NULL, &value);
    if (found < 0) {
        return -1;
    }
    int status = 0;
    if (found > 0 && value == (PyObject *)joined) {
        status = fa_chain_reset(here, token, own);
    }
    else if (found > 0 && Py_IS_TYPE(value, here->node_type)) { /* else native code was at it: refuses all */
        const fa_node *chains[2] = {joined, own};
        fa_node *rest;
        status = fa_chain_filter(here, (fa_node *)value, was_joined, chains, &rest);
        for (fa_node *node = rest; status == 0 && node != NULL; node = node->outer) {
            if (node->box != NULL && !fa_chain_has(own, node->box)) {
                FA_PUBLISH(node->box->orphan, true);
            }
        }
        if (status == 0) {
            status = fa_chain_set(here, rest);
            Py_XDECREF(rest);
        }
    }
    Py_XDECREF(value);
    return status;
}

/* ---- Context.run ---- */

static PyObject *run_in_context(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(run, run_in_context);

/* In a context that was entered, with `joined` in the variable: call, and take it out again. */
static PyObject *
call_joined(fa_interpreter *here, fa_node *own, fa_node *joined, PyObject *const *args, Py_ssize_t count,
            PyObject *names)
{
    PyObject *result = NULL;
    PyObject *token = fa_chain_swap(here, joined, own);
    if (token != NULL) {
        result = PyObject_Vectorcall(args[0], args + 1, (size_t)(count - 1), names);
        PyObject *raised = PyErr_GetRaisedException();
        if (unjoin(here, joined, own, token) < 0
            && !(fa_reserve_open(here) && unjoin(here, joined, own, token) == 0)) {
            Py_CLEAR(result); /* the new error tells why; the context stays narrower */
            Py_XDECREF(raised);
        }
        else {
            PyErr_SetRaisedException(raised);
        }
        Py_DECREF(token);
    }
    return result;
}

/* Leave it. `result` is stolen; NULL with an exception set. */
static PyObject *
leave_context(PyObject *context, PyObject *result)
{
    PyObject *raised = PyErr_GetRaisedException();
    if (fa_compat_exit_context(context) < 0) {
        Py_XDECREF(result);
        Py_XDECREF(raised);
        return NULL;
    }
    PyErr_SetRaisedException(raised);
    return result;
}

/* What ran in a context (NULL: the current one) is over. A thread may keep the context of its run, and the
 * frames beneath a stack that nobody left keep the thread. */
static void
let_returned_go(fa_interpreter *here, PyObject *context)
{
    if (!FA_THREADS_KEEP_CONTEXTS ||
        FA_LIKELY(atomic_load_explicit(&fa_state_process.anchors, memory_order_relaxed) == 0)) {
        return;
    }
    PyObject *raised = PyErr_GetRaisedException();
    fa_node *chain; /* owned */
    if (fa_chain_get(here, context, &chain) == 0) {
        fa_scope_drop_all_returned(here, chain);
        Py_XDECREF(chain);
    }
    PyErr_Clear();
    PyErr_SetRaisedException(raised);
}

/* Without a GIL another thread may be in the context: nothing in it is read before it is ours. `authority` is
 * NULL when there is nothing to join. */
static PyObject *
run_when_entered(fa_interpreter *here, const fa_authority *authority, PyObject *context, PyObject *const *args,
                 Py_ssize_t count, PyObject *names)
{
    fa_node *own = NULL;    /* owned */
    fa_node *joined = NULL; /* owned */
    PyObject *result = NULL;

    if (fa_compat_enter_context(context) < 0) {
        return NULL;
    }
    if (authority == NULL) {
        result = PyObject_Vectorcall(args[0], args + 1, (size_t)(count - 1), names);
    }
    else if (fa_chain_get(here, NULL, &own) == 0) {
        if (fa_chain_has_all(own, authority->boxes, authority->box_count)) {
            result = PyObject_Vectorcall(args[0], args + 1, (size_t)(count - 1), names);
        }
        else {
            joined = fa_chain_join(here, own, authority->boxes, authority->box_count);
            result = joined == NULL ? NULL : call_joined(here, own, joined, args, count, names);
        }
    }
    Py_XDECREF(joined);
    Py_XDECREF(own);
    let_returned_go(here, NULL);
    return leave_context(context, result);
}

/* In the context `self`, which is to have what is in force here. */
static PyObject *
run_carrying(fa_interpreter *here, const fa_authority *authority, PyObject *self, PyObject *const *args, Py_ssize_t count,
             PyObject *names)
{
    if (FA_OBJECTS_MAY_CHANGE && count > 0) {
        return run_when_entered(here, authority, self, args, count, names);
    }
    if (authority == NULL || count < 1) {
        return fa_interpose_call(&run_patch, self, args, count, names);
    }
    fa_node *own = NULL; /* owned */
    PyObject *value;
    int found = fa_chain_value(here, self, &value);
    if (found < 0) {
        return NULL;
    }
    if (found > 0 && value == (PyObject *)authority->whole) {
        Py_DECREF(value); /* a copy of this very context: it has everything already */
        return fa_interpose_call(&run_patch, self, args, count, names);
    }
    Py_XDECREF(value);
    if (fa_chain_get(here, self, &own) < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    if (fa_chain_has_all(own, authority->boxes, authority->box_count)) {
        result = fa_interpose_call(&run_patch, self, args, count, names);
    }
    else {
        fa_node *joined = fa_chain_join(here, own, authority->boxes, authority->box_count); /* owned */
        if (joined != NULL && fa_compat_enter_context(self) == 0) {
            result = leave_context(self, call_joined(here, own, joined, args, count, names));
        }
        Py_XDECREF(joined);
    }
    Py_XDECREF(own);
    return result;
}

static PyObject *
run_in_context(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    fa_interpreter *here = fa_state_here();
    if (here == NULL) {
        return fa_interpose_call(&run_patch, self, args, count, names);
    }
    int status;
    const fa_authority *authority = carried(here, &status);
    fa_departure departure = fa_authority_depart(self, authority != NULL);
    PyObject *result = status < 0 ? NULL : run_carrying(here, authority, self, args, count, names);
    fa_authority_return(departure);
    if (FA_UNLIKELY(result == NULL) && count > 0 && fa_failures_tell_in(here, self, args[0], args + 1, count - 1)) {
        result = Py_NewRef(Py_None);
    }
    if (!FA_OBJECTS_MAY_CHANGE) {
        let_returned_go(here, self);
    }
    return result;
}

/* ---- Context.__new__ ---- */

static newfunc original_new;

static PyObject *
new_context(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *context = original_new(type, args, kwargs);
    if (context == NULL || !fa_gate_is_open()) {
        return context;
    }
    int status;
    fa_interpreter *here = fa_state_here();
    const fa_authority *authority = carried(here, &status);
    if (authority == NULL) {
        if (status < 0) {
            Py_CLEAR(context);
        }
        return context;
    }
    fa_node *chain = fa_authority_chain(here, authority); /* owned */
    if (chain == NULL || fa_chain_set_in(here, context, chain) < 0) {
        Py_CLEAR(context);
    }
    Py_XDECREF(chain);
    return context;
}

/* ---- Context.copy ---- */

static PyObject *copy_context(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(copy, copy_context);

static PyObject *
copy_context(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    fa_interpreter *here = fa_state_here();
    return here == NULL || count > 0 ? fa_interpose_call(&copy_patch, self, args, count, names)
                                     : fa_given_copy(here, self);
}

/* ---- putting it in place ---- */

int
fa_contexts_install(fa_interpreter *Py_UNUSED(here))
{
    if (fa_layouts_check() < 0) {
        return -1;
    }
    if (fa_interpose_method(&run_patch, &PyContext_Type, "run") < 0 ||
        fa_interpose_method(&copy_patch, &PyContext_Type, "copy") < 0) {
        return -1;
    }
    if (PyContext_Type.tp_new != new_context) {
        original_new = PyContext_Type.tp_new;
        __atomic_store_n(&PyContext_Type.tp_new, new_context, __ATOMIC_RELEASE);
    }
    return 0;
}
