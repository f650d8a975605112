/* greenlets.c: greenlets that are made, changed or started inside carry what is in force there. */
#include "interpose/greenlets.h"

#include "authority/chain.h"
#include "interpose/given.h"
#include "interpose/greenlet_parts.h"
#include "interpose/handed.h"
#include "interpose/hub_arrivals.h"
#include "interpose/hub_callback.h"
#include "interpose/inits.h"
#include "interpose/interpose.h"
#include "interpose/known.h"
#include "interpose/slots.h"

/* Each greenlet has a context of its own, which is current in the thread while it runs, so that a switch changes
 * what is in force as it should: for the greenlets, not for the thread. But a new one begins without a context, and
 * whoever reaches one can give it another. So one that has not been started yet carries what is in force where it is
 * made, given something to run, started, or made the one that goes on after another's end. */

/* What the type has of its own. Written once; greenlet makes its types once a process. */
static PyObject *greenlet_exit; /* owned: the exception that ends a greenlet */
static newfunc original_new;
static initproc original_init;
static setter set_run, set_parent;

/* ---- making one ---- */

static PyObject *
make_greenlet(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *greenlet = original_new(type, args, kwargs);
    if (greenlet != NULL && fa_greenlet_hold(greenlet) < 0) {
        Py_CLEAR(greenlet);
    }
    return greenlet;
}

static int
init_greenlet(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static const char *const names[] = {"parent", NULL};
    PyObject *parent; /* borrowed */
    if (!fa_inits_find(kwargs, names, &parent)) {
        PyErr_SetString(PyExc_TypeError, "this takes keywords that are plain strings");
        return -1;
    }
    if (PyTuple_GET_SIZE(args) > 1) {
        parent = PyTuple_GET_ITEM(args, 1);
    }
    return fa_greenlet_hold(self) < 0 || (parent != NULL && fa_greenlet_take_parent(parent) < 0) ? -1 : original_init(self, args, kwargs);
}

/* ---- its attributes ---- */

static int
change_run(PyObject *self, PyObject *value, void *closure)
{
    return fa_greenlet_hold(self) < 0 ? -1 : set_run(self, value, closure);
}

static int
change_parent(PyObject *self, PyObject *value, void *closure)
{
    return value != NULL && fa_greenlet_take_parent(value) < 0 ? -1 : set_parent(self, value, closure);
}

/* Whether `context` carries all that `before` does, which may be None. -1 with an exception set. */
static int
carries_all_of(fa_interpreter *here, PyObject *context, PyObject *before)
{
    fa_node *old = NULL, *now = NULL; /* owned */
    if (!PyContext_CheckExact(before)) {
        return 1;
    }
    int all = fa_chain_get(here, before, &old) < 0 || fa_chain_get(here, context, &now) < 0 ? -1 : 1;
    for (const fa_node *node = old; all > 0 && node != NULL; node = node->outer) {
        all = node->box == NULL || fa_chain_has(now, node->box);
    }
    Py_XDECREF(now);
    Py_XDECREF(old);
    return all;
}

static int
change_context(PyObject *self, PyObject *value, void *closure)
{
    const fa_authority *authority;
    int status;
    fa_interpreter *here = value == NULL ? NULL : fa_greenlet_somewhere_held(&authority, &status);
    if (value == NULL || (here == NULL && status == 0) || (value != Py_None && !PyContext_CheckExact(value))) {
        return fa_greenlet.set_context(self, value, closure); /* to delete it is an error, as is what is no context */
    }
    if (here == NULL) {
        return status < 0 ? -1 : fa_greenlet.set_context(self, value, closure); /* a floor alone needs no context */
    }
    if (!fa_greenlet_waits_to_start(self)) {
        PyErr_SetString((PyObject *)here->scope_error,
                        "inside a sandbox, the context of a greenlet that was started cannot be exchanged");
        return -1;
    }
    PyObject *before = fa_greenlet.get_context(self, NULL);                                       /* owned */
    PyObject *given = value == Py_None ? PyContext_New() : Py_NewRef(value);          /* owned */
    PyObject *carrying = given == NULL ? NULL : fa_given_carry(here, given);       /* owned */
    int all = before == NULL || carrying == NULL ? -1 : carries_all_of(here, carrying, before);
    if (all == 0) {
        PyErr_SetString((PyObject *)here->scope_error, "this greenlet carries a scope that the context lacks");
    }
    status = all <= 0 ? -1 : fa_greenlet.set_context(self, carrying, closure);
    Py_XDECREF(carrying);
    Py_XDECREF(given);
    Py_XDECREF(before);
    return status;
}

/* ---- starting one, and watching all of them ---- */

static PyObject *switch_to(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
static PyObject *throw_into(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
static PyObject *watch_switches(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(switch_to, switch_to);
FA_INTERPOSED(throw_into, throw_into);
FA_INTERPOSED(watch_switches, watch_switches);

/* The values of a call as somebody who runs without what is in force here may have them. */
static PyObject *
switch_with(fa_interpreter *here, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    Py_ssize_t all = count + (names == NULL ? 0 : PyTuple_GET_SIZE(names));
    PyObject *given = PyTuple_New(all); /* owned */
    for (Py_ssize_t i = 0; given != NULL && i < all; i++) {
        PyObject *value = fa_handed_value(here, self, args[i]);
        if (value == NULL) {
            Py_CLEAR(given);
            break;
        }
        PyTuple_SET_ITEM(given, i, value);
    }
    PyObject *result = given == NULL ? NULL
                     : fa_interpose_call(&switch_to_patch, self, ((PyTupleObject *)given)->ob_item, count, names);
    Py_XDECREF(given);
    return result;
}

static PyObject *
switch_to(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    int status = 0;
    if (fa_greenlet_hold(self) < 0) {
        return NULL;
    }
    fa_interpreter *here = count == 0 && names == NULL ? NULL : fa_greenlet_elsewhere(self, false, &status);
    if (here == NULL || fa_handed_by_hub(here)) {
        return status < 0 ? NULL : fa_interpose_call(&switch_to_patch, self, args, count, names);
    }
    return switch_with(here, self, args, count, names);
}

static PyObject *
throw_into(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    int status = 0;
    if (fa_greenlet_hold(self) < 0) {
        return NULL;
    }
    fa_interpreter *here = count == 0 ? NULL : fa_greenlet_elsewhere(self, true, &status);
    if (here == NULL || fa_handed_by_hub(here)) {
        return status < 0 ? NULL : fa_interpose_call(&throw_into_patch, self, args, count, names);
    }
    PyObject *error = fa_handed_exception(args, count, greenlet_exit); /* owned */
    PyObject *result = error == NULL ? NULL : fa_interpose_call(&throw_into_patch, self, &error, 1, names);
    Py_XDECREF(error);
    return result;
}

/* A trace function is called at every switch of the thread, under what the greenlet that is switched to has. */
static PyObject *
watch_switches(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return PySys_Audit("greenlet.settrace", NULL) < 0
               ? NULL : fa_interpose_call(&watch_switches_patch, self, args, count, names);
}

/* ---- putting it in place ---- */

static int
replace_attributes(PyTypeObject *type)
{
    getter get_run;
    return fa_slots_attribute(type, "dead", &fa_greenlet.get_dead, NULL, NULL, NULL) < 0 ||
           fa_slots_attribute(type, "gr_context", &fa_greenlet.get_context, &fa_greenlet.set_context, NULL, change_context) < 0 ||
           fa_slots_attribute(type, "run", &get_run, &set_run, NULL, change_run) < 0 ||
           fa_slots_attribute(type, "parent", &fa_greenlet.get_parent, &set_parent, NULL, change_parent) < 0 ? -1 : 0;
}

bool
fa_greenlets_are_there(void)
{
    return fa_greenlet.type != NULL;
}

int
fa_greenlets_install(PyObject *module)
{
    PyObject *type = PyObject_GetAttrString(module, "greenlet");   /* owned */
    PyObject *watch = PyObject_GetAttrString(module, "settrace");  /* owned */
    int status = -1;
    if (type == NULL || watch == NULL || !PyType_Check(type) ||
        (fa_greenlet.type != NULL && fa_greenlet.type != (PyTypeObject *)type)) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError, "fastaudit cannot interpose greenlet: it is not the one it knows");
        }
        goto done;
    }
    if (fa_known_take(module, "GreenletExit", &greenlet_exit) < 0 ||
        fa_known_take(module, "getcurrent", &fa_greenlet.get_current) < 0) {
        goto done;
    }
    if (fa_greenlet.type == NULL) {
        fa_greenlet.type = (PyTypeObject *)Py_NewRef(type);
        fa_handed_passes(fa_greenlet.type);
    }
    if (fa_hub_callback_install() == 0 && fa_hub_arrivals_install() == 0 && replace_attributes(fa_greenlet.type) == 0 &&
        fa_slots_replace_new(fa_greenlet.type, make_greenlet, &original_new) == 0 &&
        fa_interpose_function(&watch_switches_patch, watch) == 0 &&
        fa_interpose_method(&switch_to_patch, fa_greenlet.type, "switch") == 0 &&
        fa_interpose_method(&throw_into_patch, fa_greenlet.type, "throw") == 0) {
        status = fa_inits_replace(fa_greenlet.type, init_greenlet, &original_init);
    }

done:
    Py_XDECREF(watch);
    Py_XDECREF(type);
    return status;
}
