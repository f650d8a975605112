/* given.c: contexts that are given away, and callbacks with them, carry what is in force. */
#include "interpose/given.h"

#include "authority/authority.h"
#include "authority/chain.h"
#include "interpose/carry.h"
#include "interpose/completions.h"
#include "interpose/python_tasks.h"
#include "support/contexts.h"

/* Whether somebody is in the context. What is in force there may be joined to it for that time only, or be put back
 * by whoever runs a callback there. */
static bool
is_entered(PyObject *context)
{
    return __atomic_load_n(&((fa_context_layout *)context)->ctx_entered, __ATOMIC_ACQUIRE) != 0;
}

/* Whether a chain in `context` has every box of the authority, and keeps them: what was entered in that very context is
 * taken out of it when its block ends. */
static bool
has_all(const fa_node *own, const fa_authority *authority, PyObject *context)
{
    bool all = true;
    for (uint32_t i = 0; all && i < authority->box_count; i++) {
        all = fa_chain_has(own, authority->boxes[i]) && !fa_scope_is_at_home(authority->boxes[i], context);
    }
    return all;
}

/* Whether whatever runs in `context` later is held by all of the authority: 1, 0, or -1 with an exception set. *own is
 * its chain (new reference, or NULL). */
static int
does_carry(fa_interpreter *here, const fa_authority *authority, PyObject *context, fa_node **own)
{
    bool entered = is_entered(context);
    if (fa_chain_get(here, context, own) < 0) {
        return -1;
    }
    return !entered && !is_entered(context) && has_all(*own, authority, context);
}

/* A copy of `context` in which the authority is in force, too. */
static PyObject *
copy_carrying(fa_interpreter *here, const fa_authority *authority, PyObject *context, fa_node *own)
{
    /* First what borrows from the authority: making a context may run Python code. */
    fa_node *joined = fa_chain_join(here, own, authority->boxes, authority->box_count); /* owned */
    PyObject *copy = joined == NULL ? NULL : PyContext_Copy(context);
    if (copy != NULL && fa_chain_set_in(here, copy, joined) < 0) {
        Py_CLEAR(copy);
    }
    Py_XDECREF(joined);
    return copy;
}

PyObject *
fa_given_carry(fa_interpreter *here, PyObject *context)
{
    const fa_authority *authority;
    if (!PyContext_CheckExact(context)) {
        return Py_NewRef(context);
    }
    int found = fa_authority_get(&authority);
    if (found <= 0 || authority->box_count == 0) {
        return found < 0 ? NULL : Py_NewRef(context);
    }
    PyObject *result = NULL;
    fa_node *own = NULL; /* owned */
    int carries = does_carry(here, authority, context, &own);
    if (carries >= 0) {
        result = carries ? Py_NewRef(context) : copy_carrying(here, authority, context, own);
    }
    Py_XDECREF(own);
    return result;
}

PyObject *
fa_given_copy(fa_interpreter *here, PyObject *context)
{
    const fa_authority *authority;
    int found = fa_authority_get(&authority);
    if (found <= 0 || authority->box_count == 0) {
        return found < 0 ? NULL : PyContext_Copy(context);
    }
    fa_node *own; /* owned */
    if (fa_chain_get(here, context, &own) < 0) {
        return NULL;
    }
    PyObject *copy = copy_carrying(here, authority, context, own);
    Py_XDECREF(own);
    return copy;
}

int
fa_given_callback(fa_interpreter *here, PyObject *callback, PyObject *const *args, Py_ssize_t count,
                  PyObject *context, PyObject **carrier)
{
    const fa_authority *authority;
    *carrier = NULL;
    if (context == NULL || context == Py_None || fa_completions_has(here, callback, args, count, context) ||
        fa_python_tasks_has(here, callback, args, count, context)) {
        return 0; /* a task's step, mostly: for that nothing need be collected */
    }
    int found = fa_authority_get(&authority);
    if (found <= 0 || authority->box_count == 0) {
        if (found >= 0) {
            fa_python_tasks_meet(here, callback, context);
        }
        return found < 0 ? -1 : 0;
    }
    if (!PyContext_CheckExact(context)) {
        PyErr_Format(PyExc_TypeError, "inside a sandbox, a callback's context is a contextvars.Context, not %.200s",
                     Py_TYPE(context)->tp_name);
        return -1;
    }
    fa_node *own = NULL, *chain = NULL; /* owned */
    int carries = does_carry(here, authority, context, &own);
    if (carries > 0) {
        fa_python_tasks_meet(here, callback, context);
    }
    if (carries == 0) {
        chain = fa_authority_chain(here, authority);
        *carrier = chain == NULL ? NULL : fa_carry_new_for_loop(here, callback, chain);
    }
    Py_XDECREF(chain);
    Py_XDECREF(own);
    return carries != 0 ? (carries < 0 ? -1 : 0) : *carrier != NULL ? 1 : -1;
}
