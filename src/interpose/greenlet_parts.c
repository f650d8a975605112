/* greenlet_parts.c: one greenlet: whether it runs, what it carries, who goes on for it. */
#include "interpose/greenlet_parts.h"

#include "authority/chain.h"
#include "authority/gate.h"
#include "interpose/given.h"

fa_greenlet_type fa_greenlet;

/* ---- one greenlet ---- */

bool
fa_greenlet_waits_to_start(PyObject *greenlet)
{
    PyObject *dead = fa_greenlet.get_dead(greenlet, NULL);
    Py_XDECREF(dead); /* True or False */
    PyErr_Clear();
    return dead == Py_False && fa_greenlet.type->tp_as_number->nb_bool(greenlet) == 0;
}

fa_interpreter *
fa_greenlet_somewhere_held(const fa_authority **authority, int *status)
{
    fa_interpreter *here = fa_gate_is_open() ? fa_state_here() : NULL;
    *status = here == NULL ? 0 : fa_authority_get(authority);
    return *status > 0 && (*authority)->box_count > 0 ? here : NULL;
}

int
fa_greenlet_hold(PyObject *greenlet)
{
    const fa_authority *authority;
    int status;
    fa_interpreter *here = fa_greenlet_somewhere_held(&authority, &status);
    if (here == NULL || !PyObject_TypeCheck(greenlet, fa_greenlet.type) || !fa_greenlet_waits_to_start(greenlet)) {
        return status < 0 ? -1 : 0;
    }
    PyObject *given = fa_greenlet.get_context(greenlet, NULL); /* owned */
    if (given == Py_None) {
        Py_SETREF(given, PyContext_New());
    }
    PyObject *carrying = given == NULL ? NULL : fa_given_carry(here, given); /* owned */
    status = carrying == NULL || (carrying != given && fa_greenlet.set_context(greenlet, carrying, NULL) < 0) ? -1 : 0;
    Py_XDECREF(carrying);
    Py_XDECREF(given);
    return status;
}

/* ---- who goes on ---- */

/* Who goes on when one is switched to, or something is thrown into it (new reference, None for nobody): with a dead one it is
 * its parent; and `past_waiting` ones, which what is thrown into them ends. */
static PyObject *
who_goes_on(PyObject *greenlet, bool past_waiting)
{
    PyObject *at = Py_NewRef(greenlet); /* owned */
    while (at != NULL && at != Py_None && fa_greenlet.type->tp_as_number->nb_bool(at) == 0 &&
           (past_waiting || !fa_greenlet_waits_to_start(at))) {
        Py_SETREF(at, fa_greenlet.get_parent(at, NULL));
    }
    return at;
}

/* Whether all that is in force here is so there, too, or will be: 1, 0, or -1 with an exception set. */
static int
is_held(fa_interpreter *here, const fa_authority *authority, PyObject *greenlet)
{
    if (greenlet == Py_None || fa_greenlet_waits_to_start(greenlet)) {
        return 1;
    }
    fa_node *chain = NULL;                            /* owned */
    PyObject *context = fa_greenlet.get_context(greenlet, NULL);  /* owned */
    if (context == NULL) {
        PyErr_Clear(); /* it runs in another thread: nobody here can switch to it */
        return 1;
    }
    int held = context == Py_None ? 0
             : fa_chain_get(here, context, &chain) < 0 ? -1
             : fa_chain_has_all(chain, authority->boxes, authority->box_count);
    Py_XDECREF(chain);
    Py_DECREF(context);
    return held;
}

/* Whether it is the parent of `current`, the greenlet that runs here, which carries all that is in force since it was made. A parent
 * is given what that returns, too, and whoever made it knows whom it asks. */
static bool
is_asking(const fa_authority *authority, PyObject *current, PyObject *greenlet)
{
    PyObject *context = fa_greenlet.get_context(current, NULL);                                     /* owned */
    PyObject *parent = context == NULL ? NULL : fa_greenlet.get_parent(current, NULL);              /* owned */
    PyObject *next = parent == NULL || parent == Py_None ? NULL : who_goes_on(parent, false);       /* owned */
    bool asks = next == greenlet && PyContext_CheckExact(context);
    for (uint32_t i = 0; asks && i < authority->box_count; i++) {
        asks = !fa_scope_is_at_home(authority->boxes[i], context);
    }
    PyErr_Clear();
    Py_XDECREF(next);
    Py_XDECREF(parent);
    Py_XDECREF(context);
    return asks;
}

fa_interpreter *
fa_greenlet_elsewhere(PyObject *greenlet, bool past_waiting, int *status)
{
    const fa_authority *authority;
    fa_interpreter *here = fa_greenlet_somewhere_held(&authority, status);
    if (here == NULL || !PyObject_TypeCheck(greenlet, fa_greenlet.type)) {
        *status = *status < 0 ? -1 : 0;
        return NULL;
    }
    /* First, since it ends greenlets that another thread let go of: whatever they do then. Nothing after it runs Python code. */
    PyObject *current = PyObject_CallNoArgs(fa_greenlet.get_current);                                         /* owned */
    *status = current == NULL ? -1 : fa_authority_get(&authority);
    PyObject *next = *status < 0 ? NULL : who_goes_on(greenlet, past_waiting); /* owned */
    *status = next == NULL ? -1 : is_held(here, authority, next);
    if (*status == 0 && is_asking(authority, current, next)) {
        *status = 1;
    }
    Py_XDECREF(next);
    Py_XDECREF(current);
    return *status == 0 ? here : NULL;
}

int
fa_greenlet_take_parent(PyObject *parent)
{
    int status = 0;
    bool is_hub = fa_greenlet.hub != NULL && PyObject_TypeCheck(parent, fa_greenlet.hub);
    if (fa_greenlet_hold(parent) < 0) {
        return -1;
    }
    fa_interpreter *here = is_hub ? NULL : fa_greenlet_elsewhere(parent, false, &status);
    if (here != NULL) {
        PyErr_SetString(here->scope_error, "inside a sandbox, the parent of a greenlet cannot be one that was started and "
                        "runs without this sandbox: it would be given what this one returns");
        status = -1;
    }
    return status < 0 ? -1 : 0;
}
