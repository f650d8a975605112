/* variable.c: the context variable can be found: setting and resetting it takes nothing away. */
#include "interpose/variable.h"

#include "authority/authority.h"
#include "authority/chain.h"
#include "interpose/interpose.h"
#include "support/reserve.h"

static PyObject *set_variable(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
static PyObject *reset_variable(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(set, set_variable);
FA_INTERPOSED(reset, reset_variable);

static PyObject *
refuse(fa_interpreter *here, const char *why)
{
    PyErr_SetString(here->scope_error, why);
    return NULL;
}

/* Whether `wanted` has what counts of `chain` in `context`, and in that order: what is left takes along what
 * lies above it, so a scope must not come to lie above one that was opened inside it. When `ended_may_go`, one
 * that its owner has ended need not be there. */
static bool
keeps(const fa_node *wanted, const fa_node *chain, const void *context, bool ended_may_go)
{
    for (; chain != NULL; chain = chain->outer) {
        const fa_box *box = chain->box;
        if (box == NULL || fa_scope_is_over(box, context)
            || (ended_may_go && box->ended && !fa_chain_has(wanted, box))) {
            continue;
        }
        while (wanted != NULL && wanted->box != box) {
            wanted = wanted->outer;
        }
        if (wanted == NULL) {
            return false;
        }
        wanted = wanted->outer;
    }
    return true;
}

/* Libraries copy variables from context to context (pytest-asyncio, asgiref): that is let be where it
 * takes nothing away and brings nothing back that has ended. */
static PyObject *
set_variable(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    fa_interpreter *here = fa_state_here();
    if (here == NULL || self != here->var || count != 1) {
        return fa_interpose_call(&set_patch, self, args, count, names);
    }
    if (!Py_IS_TYPE(args[0], here->node_type)) {
        return refuse(here, "this variable carries the scopes in force: only fastaudit gives it a value");
    }
    fa_node *chain;
    if (fa_chain_get(here, NULL, &chain) < 0) {
        return NULL;
    }
    const char *why = NULL;
    fa_node *wanted = (fa_node *)args[0];
    if (!keeps(wanted, chain, PyThreadState_Get()->context, false)) {
        why = "this value lacks a scope that is in force here, or has it in another order: a scope is ended by "
              "the `with` statement that entered it, by nothing else";
    }
    for (fa_node *node = wanted; node != NULL && why == NULL; node = node->outer) {
        if (node->box != NULL && node->box->ended && !fa_chain_has(chain, node->box)) {
            why = "this value would bring back a scope that has ended";
        }
    }
    Py_XDECREF(chain);
    if (why != NULL) {
        return refuse(here, why);
    }
    PyObject *token = fa_reserve_token() < 0 ? NULL : fa_interpose_call(&set_patch, self, args, count, names);
    fa_authority_forget();
    return token;
}

/* Whether a box has ended and is not in force here by a copy either: `data` is the chain. */
static bool
has_ended(const fa_box *box, const void *data)
{
    return box->ended && !fa_chain_has(data, box);
}

/* Whether an object is a token of our variable. 1, 0, or -1 with an exception set. */
static int
is_own_token(fa_interpreter *here, PyObject *token)
{
    if (!Py_IS_TYPE(token, &PyContextToken_Type)) {
        return 0;
    }
    PyObject *variable = PyObject_GetAttrString(token, "var");
    Py_XDECREF(variable);
    return variable == NULL ? -1 : variable == here->var;
}

/* What a token would bring back: 1 and a new reference, 0 for nothing, -1 with an exception set. */
static int
old_value(PyObject *token, PyObject **value)
{
    PyObject *missing = PyObject_GetAttrString((PyObject *)&PyContextToken_Type, "MISSING");
    *value = missing == NULL ? NULL : PyObject_GetAttrString(token, "old_value");
    if (*value == missing) {
        Py_CLEAR(*value);
    }
    bool failed = missing == NULL || (*value == NULL && PyErr_Occurred());
    Py_XDECREF(missing);
    return failed ? -1 : *value != NULL;
}

static PyObject *
reset_variable(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    fa_interpreter *here = fa_state_here();
    int ours = here == NULL || self != here->var || count != 1 ? 0 : is_own_token(here, args[0]);
    if (ours <= 0) {
        return ours < 0 ? NULL : fa_interpose_call(&reset_patch, self, args, count, names);
    }
    fa_node *chain;
    if (fa_chain_get(here, NULL, &chain) < 0) {
        return NULL;
    }
    PyObject *value = NULL; /* owned: what the token would bring back */
    const char *why = NULL;
    int found = old_value(args[0], &value);
    fa_node *before = found > 0 && Py_IS_TYPE(value, here->node_type) ? (fa_node *)value : NULL;
    if (found > 0 && before == NULL) {
        why = "this token would bring back a value that fastaudit did not put there";
    }
    else if (found >= 0 && !keeps(before, chain, PyThreadState_Get()->context, true)) {
        why = "this would drop a scope that is still in force, or put it elsewhere: a scope is ended by the "
              "`with` statement that entered it, by nothing else";
    }
    PyObject *done = NULL;
    if (why != NULL) {
        PyErr_SetString(here->scope_error, why);
    }
    else if (found >= 0) {
        done = fa_interpose_call(&reset_patch, self, args, count, names);
        fa_authority_forget();
    }
    if (done != NULL && before != NULL) {
        /* An ended scope is never brought back. */
        fa_node *rest;
        int status = fa_chain_filter(here, before, has_ended, chain, &rest);
        if (status == 0 && rest != before) {
            status = fa_chain_set(here, rest);
        }
        Py_XDECREF(rest);
        if (status < 0) {
            Py_CLEAR(done);
        }
    }
    Py_XDECREF(value);
    Py_XDECREF(chain);
    return done;
}

/* From 3.14 on a token is a context manager, whose end resets without ContextVar.reset. */
static PyObject *exit_token(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(token_exit, exit_token);

static PyObject *
exit_token(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    fa_interpreter *here = fa_state_here();
    PyObject *variable = PyObject_GetAttrString(self, "var"); /* owned */
    if (variable == NULL) {
        return NULL;
    }
    PyObject *result;
    if (here == NULL || variable != here->var) {
        result = fa_interpose_call(&token_exit_patch, self, args, count, names);
    }
    else {
        result = reset_variable(variable, &self, 1, NULL);
    }
    Py_DECREF(variable);
    return result;
}

int
fa_variable_install(fa_interpreter *Py_UNUSED(here))
{
    if (fa_interpose_method(&set_patch, &PyContextVar_Type, "set") < 0 ||
        fa_interpose_method(&reset_patch, &PyContextVar_Type, "reset") < 0) {
        return -1;
    }
    if (!PyObject_HasAttrString((PyObject *)&PyContextToken_Type, "__exit__")) {
        return 0; /* 3.13 and earlier */
    }
    return fa_interpose_method(&token_exit_patch, &PyContextToken_Type, "__exit__");
}
