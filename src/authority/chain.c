/* chain.c: chains of nodes, the values of the context variable. */
#include "authority/chain.h"

#include "authority/authority.h"
#include "authority/gate.h"
#include "support/contexts.h"
#include "support/reserve.h"

/* ---- reading ---- */

typedef PyObject *(*fast_function)(PyObject *, PyObject *const *, Py_ssize_t);

static fast_function context_get; /* Context.get(), written once: it looks for a variable once, and raises nothing */

int
fa_chain_exec(fa_interpreter *here)
{
    here->unset = PyObject_CallNoArgs((PyObject *)&PyBaseObject_Type);
    PyObject *get = PyObject_GetAttrString((PyObject *)&PyContext_Type, "get"); /* owned */
    bool fits = get != NULL && Py_IS_TYPE(get, &PyMethodDescr_Type) &&
                ((PyMethodDescrObject *)get)->d_method->ml_flags == METH_FASTCALL;
    if (fits) {
        __atomic_store_n(&context_get, (fast_function)(void (*)(void))((PyMethodDescrObject *)get)->d_method->ml_meth, __ATOMIC_RELAXED);
    }
    else if (get != NULL) {
        PyErr_SetString(PyExc_RuntimeError, "contexts of this interpreter are asked differently");
    }
    Py_XDECREF(get);
    return fits && here->unset != NULL ? 0 : -1;
}

int
fa_chain_value(fa_interpreter *here, PyObject *context, PyObject **value)
{
    *value = NULL;
    if (context == NULL) {
        return PyContextVar_Get(here->var, NULL, value) < 0 ? -1 : *value != NULL;
    }
    PyObject *const wanted[2] = {here->var, here->unset};
    PyObject *got = context_get(context, wanted, 2); /* owned; no Python code runs */
    if (got == here->unset) {
        Py_CLEAR(got);
        return 0;
    }
    *value = got;
    return got == NULL ? -1 : 1;
}

int
fa_chain_get(fa_interpreter *here, PyObject *context, fa_node **chain)
{
    PyObject *value;
    *chain = NULL;
    int found = fa_chain_value(here, context, &value);
    if (found <= 0) {
        return found;
    }
    if (!Py_IS_TYPE(value, here->node_type)) {
        Py_DECREF(value);
        PyErr_SetString((PyObject *)here->scope_error,
                        "this context holds a value that fastaudit did not put there");
        return -1;
    }
    const void *at = context != NULL ? (void *)context : (void *)PyThreadState_Get()->context;
    fa_node *node = (fa_node *)value;
    while (node != NULL && (node->box == NULL || fa_scope_is_over(node->box, at))) {
        fa_node *outer = (fa_node *)Py_XNewRef(node->outer);
        Py_SETREF(node, outer);
    }
    *chain = node;
    return 0;
}

bool
fa_chain_has(const fa_node *chain, const fa_box *box)
{
    for (; chain != NULL; chain = chain->outer) {
        if (chain->box == box) {
            return true;
        }
    }
    return false;
}

bool
fa_chain_ends_own(const fa_node *node, const void *context)
{
    const fa_box *box = node->box;
    return box != NULL && box->barrier != NULL && box->home == context;
}

bool
fa_chain_has_own(const fa_node *chain, const fa_box *box, const void *context)
{
    while (chain != NULL && chain->box != box) {
        chain = fa_chain_ends_own(chain, context) ? NULL : chain->outer;
    }
    return chain != NULL;
}

bool
fa_chain_has_all(const fa_node *chain, fa_box *const *boxes, size_t count)
{
    bool all = true;
    for (size_t i = 0; all && i < count; i++) {
        all = fa_chain_has(chain, boxes[i]);
    }
    return all;
}

/* ---- building ---- */

/* CPython sets a variable also when it lacks the memory for the token, and reports that as a failure: believe
 * the variable. Clears the exception then. */
static bool
is_set(fa_interpreter *here, const PyObject *value)
{
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *now;
    int found = fa_chain_value(here, NULL, &now);
    Py_XDECREF(now);
    if (found > 0 && now == value) {
        Py_XDECREF(raised);
        return true;
    }
    PyErr_SetRaisedException(raised);
    return false;
}

int
fa_chain_set(fa_interpreter *here, fa_node *chain)
{
    PyThreadState *tstate = PyThreadState_Get();
    if (FA_UNLIKELY(tstate->context == NULL) && fa_reserve_context() < 0) {
        return -1;
    }
    /* A reset to a token of our own making: it gives any value or takes it away, and makes no token of which
     * nobody has a use. CPython reads it while we call, and keeps nothing of it. */
    fa_token_layout token = {
        .ob_base = PyObject_HEAD_INIT(&PyContextToken_Type)
        .tok_ctx = tstate->context,
        .tok_var = here->var,
        .tok_oldval = (PyObject *)chain,
    };
    /* CPython copies the context's mapping and does not hold it: a finaliser that runs meanwhile may enter a scope,
     * which exchanges it. */
    PyObject *vars = !FA_COLLECTS_ANYWHERE ? NULL : Py_XNewRef(((fa_context_layout *)tstate->context)->ctx_vars);
    int status = PyContextVar_Reset(here->var, (PyObject *)&token);
    Py_XDECREF(vars);
    fa_authority_forget();
    if (status < 0 && chain == NULL && PyErr_ExceptionMatches(PyExc_LookupError)) {
        PyErr_Clear(); /* there was nothing to take away */
        status = 0;
    }
    return status;
}

int
fa_chain_set_in(fa_interpreter *here, PyObject *context, fa_node *chain)
{
    if (PyContext_Enter(context) < 0) {
        return -1;
    }
    int status = fa_chain_set(here, chain);
    return PyContext_Exit(context) < 0 ? -1 : status;
}

PyObject *
fa_chain_swap(fa_interpreter *here, fa_node *chain, fa_node *before)
{
    if (fa_reserve_fill(here) < 0 || fa_reserve_token() < 0) {
        return NULL;
    }
    PyObject *token = PyContextVar_Set(here->var, (PyObject *)chain);
    fa_authority_forget();
    if (token == NULL) {
        PyObject *raised = PyErr_GetRaisedException();
        if (is_set(here, (PyObject *)chain) && fa_chain_set(here, before) < 0
            && !(fa_reserve_open(here) && fa_chain_set(here, before) == 0)) {
            PyErr_Clear(); /* stays narrower than it should be, which is the safe side */
        }
        PyErr_SetRaisedException(raised);
    }
    return token;
}

int
fa_chain_reset(fa_interpreter *here, PyObject *token, fa_node *before)
{
    int status = PyContextVar_Reset(here->var, token);
    if (status < 0 && fa_reserve_open(here)) {
        status = fa_chain_set(here, before); /* the token is spent, whether it worked or not */
    }
    fa_authority_forget();
    return status;
}

fa_node *
fa_chain_push(fa_interpreter *here, fa_node *outer, fa_box *box)
{
    fa_node *node = fa_spare_new(&here->spare[FA_SPARE_NODE], here->node_type);
    if (node == NULL) {
        return NULL;
    }
    node->outer = (fa_node *)Py_XNewRef(outer);
    node->box = (fa_box *)Py_NewRef(box);
    (void)fa_compat_add(&box->nodes, 1);
    fa_gate_add();
    return node;
}

/* The boxes of `from` in their order on top of `onto` (stolen). NULL with an exception set. */
static fa_node *
stack_on(fa_interpreter *here, fa_node *onto, const fa_node *from)
{
    size_t length = 0;
    for (const fa_node *node = from; node != NULL; node = node->outer) {
        length++;
    }
    const fa_node **nodes = PyMem_New(const fa_node *, length + 1); /* owned; its items are borrowed */
    if (nodes == NULL) {
        Py_XDECREF(onto);
        PyErr_NoMemory();
        return NULL;
    }
    size_t at = 0;
    for (const fa_node *node = from; node != NULL; node = node->outer) {
        nodes[at++] = node;
    }
    bool failed = false;
    while (at-- > 0 && !failed) {
        if (nodes[at]->box != NULL) {
            fa_node *pushed = fa_chain_push(here, onto, nodes[at]->box);
            Py_XDECREF(onto);
            onto = pushed;
            failed = onto == NULL;
        }
    }
    PyMem_Free(nodes);
    return onto;
}

fa_node *
fa_chain_join(fa_interpreter *here, fa_node *chain, fa_box *const *extra, size_t count)
{
    fa_node *joined = NULL;
    bool added = false;
    for (size_t i = count; i-- > 0;) {
        if (fa_chain_has(chain, extra[i])) {
            continue;
        }
        fa_node *pushed = fa_chain_push(here, joined, extra[i]);
        Py_XDECREF(joined);
        joined = pushed;
        if (joined == NULL) {
            return NULL;
        }
        added = true;
    }
    if (!added) {
        return (fa_node *)Py_NewRef(chain != NULL ? (PyObject *)chain : here->empty_node);
    }
    return chain == NULL ? joined : stack_on(here, joined, chain);
}

int
fa_chain_filter(fa_interpreter *here, fa_node *chain, fa_chain_drops drops, const void *data,
                fa_node **result)
{
    *result = NULL;
    /* What lies beneath the outermost node that goes is shared as it is; only what lies above is made
     * anew. */
    size_t above = 0, length = 0;
    for (fa_node *node = chain; node != NULL; node = node->outer) {
        length++;
        if (node->box == NULL || drops(node->box, data)) {
            above = length;
        }
    }
    if (above == 0) {
        *result = (fa_node *)Py_XNewRef(chain);
        return 0;
    }
    fa_node **nodes = PyMem_New(fa_node *, above); /* owned; its items are borrowed from the chain */
    if (nodes == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    fa_node *node = chain;
    for (size_t i = 0; i < above; i++, node = node->outer) {
        nodes[i] = node;
    }
    int status = 0;
    fa_node *kept = (fa_node *)Py_XNewRef(node);
    for (size_t i = above; i-- > 0;) {
        if (nodes[i]->box == NULL || drops(nodes[i]->box, data)) {
            continue;
        }
        fa_node *pushed = fa_chain_push(here, kept, nodes[i]->box);
        Py_XDECREF(kept);
        kept = pushed;
        if (kept == NULL) {
            status = -1;
            break;
        }
    }
    PyMem_Free(nodes);
    *result = kept;
    return status;
}
