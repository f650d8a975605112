/* greenlets.c: greenlets that are made, changed or started inside carry what is in force there. */
#include "interpose/greenlets.h"

#include "authority/authority.h"
#include "authority/chain.h"
#include "interpose/given.h"
#include "interpose/inits.h"
#include "interpose/interpose.h"

/* Each greenlet has a context of its own, which is current in the thread while it runs, so that a switch changes
 * what is in force as it should: for the greenlets, not for the thread. But a new one begins without a context, and
 * whoever reaches one can give it another. So one that has not been started yet carries what is in force where it is
 * made, given something to run, started, or made the one that goes on after another's end. */

/* What the type has of its own. Written once; greenlet makes its types once a process. */
static PyTypeObject *greenlet_type; /* owned */
static newfunc original_new;
static initproc original_init;
static getter get_context, get_dead, get_parent;
static setter set_context, set_run, set_parent;

/* ---- one greenlet ---- */

static bool
is_waiting_to_start(PyObject *greenlet)
{
    PyObject *dead = get_dead(greenlet, NULL);
    Py_XDECREF(dead); /* True or False */
    PyErr_Clear();
    return dead == Py_False && greenlet_type->tp_as_number->nb_bool(greenlet) == 0;
}

/* The row and the authority where there is something to carry; NULL where not, or with -1 in *status. */
static fa_interpreter *
somewhere_held(const fa_authority **authority, int *status)
{
    fa_interpreter *here = fa_gate_is_open() ? fa_state_here() : NULL;
    *status = here == NULL ? 0 : fa_authority_get(authority);
    return *status > 0 && (*authority)->box_count > 0 ? here : NULL;
}

/* Have it run in a context that carries, unless it runs already. Returns 0, or -1 with an exception set. */
static int
hold(PyObject *greenlet)
{
    const fa_authority *authority;
    int status;
    fa_interpreter *here = somewhere_held(&authority, &status);
    if (here == NULL || !PyObject_TypeCheck(greenlet, greenlet_type) || !is_waiting_to_start(greenlet)) {
        return status < 0 ? -1 : 0;
    }
    PyObject *given = get_context(greenlet, NULL); /* owned */
    if (given == Py_None) {
        Py_SETREF(given, PyContext_New());
    }
    PyObject *carrying = given == NULL ? NULL : fa_given_carry(here, given); /* owned */
    status = carrying == NULL || (carrying != given && set_context(greenlet, carrying, NULL) < 0) ? -1 : 0;
    Py_XDECREF(carrying);
    Py_XDECREF(given);
    return status;
}

static int
hold_parent(PyObject *greenlet)
{
    PyObject *parent = get_parent(greenlet, NULL); /* owned */
    int status = parent == NULL ? -1 : hold(parent);
    Py_XDECREF(parent);
    return status;
}

/* ---- making one ---- */

static PyObject *
make_greenlet(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *greenlet = original_new(type, args, kwargs);
    if (greenlet != NULL && hold(greenlet) < 0) {
        Py_CLEAR(greenlet);
    }
    return greenlet;
}

static int
init_greenlet(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return hold(self) < 0 || original_init(self, args, kwargs) < 0 ? -1 : hold_parent(self);
}

/* ---- its attributes ---- */

static int
change_run(PyObject *self, PyObject *value, void *closure)
{
    return hold(self) < 0 ? -1 : set_run(self, value, closure);
}

static int
change_parent(PyObject *self, PyObject *value, void *closure)
{
    return set_parent(self, value, closure) < 0 ? -1 : hold_parent(self);
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
    fa_interpreter *here = value == NULL ? NULL : somewhere_held(&authority, &status);
    if (value == NULL || (here == NULL && status == 0) || (value != Py_None && !PyContext_CheckExact(value))) {
        return set_context(self, value, closure); /* to delete it is an error, as is what is no context */
    }
    if (here == NULL) {
        return status < 0 ? -1 : set_context(self, value, closure); /* a floor alone needs no context */
    }
    if (!is_waiting_to_start(self)) {
        PyErr_SetString((PyObject *)here->scope_error,
                        "inside a sandbox, the context of a greenlet that was started cannot be exchanged");
        return -1;
    }
    PyObject *before = get_context(self, NULL);                                       /* owned */
    PyObject *given = value == Py_None ? PyContext_New() : Py_NewRef(value);          /* owned */
    PyObject *carrying = given == NULL ? NULL : fa_given_carry(here, given);       /* owned */
    int all = before == NULL || carrying == NULL ? -1 : carries_all_of(here, carrying, before);
    if (all == 0) {
        PyErr_SetString((PyObject *)here->scope_error, "this greenlet carries a scope that the context lacks");
    }
    status = all <= 0 ? -1 : set_context(self, carrying, closure);
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

static PyObject *
switch_to(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return hold(self) < 0 ? NULL : fa_interpose_call(&switch_to_patch, self, args, count, names);
}

static PyObject *
throw_into(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return hold(self) < 0 ? NULL : fa_interpose_call(&throw_into_patch, self, args, count, names);
}

/* A trace function is called at every switch of the thread, under what the greenlet that is switched to has. */
static PyObject *
watch_switches(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return PySys_Audit("greenlet.settrace", NULL) < 0
               ? NULL : fa_interpose_call(&watch_switches_patch, self, args, count, names);
}

/* ---- putting it in place ---- */

/* Subclasses that inherited the slot have a copy of it. */
static int
replace_new(PyTypeObject *type)
{
    PyObject *subclasses = PyObject_CallMethod((PyObject *)&PyType_Type, "__subclasses__", "O", type);
    int status = subclasses == NULL ? -1 : 0;
    if (type->tp_new == original_new) {
        __atomic_store_n(&type->tp_new, make_greenlet, __ATOMIC_RELEASE);
    }
    for (Py_ssize_t i = 0; status == 0 && i < PyList_GET_SIZE(subclasses); i++) {
        status = replace_new((PyTypeObject *)PyList_GET_ITEM(subclasses, i));
    }
    Py_XDECREF(subclasses);
    return status;
}

/* The functions of an attribute; `ours` (or NULL) takes the place of the one that sets it. 0, or -1. */
static int
replace_attribute(PyTypeObject *type, const char *name, getter *read, setter *write, setter ours)
{
    PyObject *found = PyObject_GetAttrString((PyObject *)type, name); /* owned */
    int status = -1;
    if (found != NULL && Py_IS_TYPE(found, &PyGetSetDescr_Type)) {
        PyGetSetDef *definition = ((PyGetSetDescrObject *)found)->d_getset;
        *read = definition->get;
        if (ours != NULL && definition->set != ours) {
            *write = definition->set;
            __atomic_store_n(&definition->set, ours, __ATOMIC_RELEASE);
        }
        status = 0;
    }
    else if (found != NULL) {
        PyErr_Format(PyExc_TypeError, "fastaudit cannot interpose greenlet.%s", name);
    }
    Py_XDECREF(found);
    return status;
}

static int
replace_attributes(PyTypeObject *type)
{
    getter get_run;
    return replace_attribute(type, "dead", &get_dead, NULL, NULL) < 0 ||
           replace_attribute(type, "gr_context", &get_context, &set_context, change_context) < 0 ||
           replace_attribute(type, "run", &get_run, &set_run, change_run) < 0 ||
           replace_attribute(type, "parent", &get_parent, &set_parent, change_parent) < 0 ? -1 : 0;
}

bool
fa_greenlets_are_there(void)
{
    return greenlet_type != NULL;
}

int
fa_greenlets_install(PyObject *module)
{
    PyObject *type = PyObject_GetAttrString(module, "greenlet");   /* owned */
    PyObject *watch = PyObject_GetAttrString(module, "settrace");  /* owned */
    int status = -1;
    if (type == NULL || watch == NULL || !PyType_Check(type) ||
        (greenlet_type != NULL && greenlet_type != (PyTypeObject *)type)) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError, "fastaudit cannot interpose greenlet: it is not the one it knows");
        }
        goto done;
    }
    if (greenlet_type == NULL) {
        greenlet_type = (PyTypeObject *)Py_NewRef(type);
        original_new = greenlet_type->tp_new;
    }
    if (replace_attributes(greenlet_type) == 0 && replace_new(greenlet_type) == 0 &&
        fa_interpose_function(&watch_switches_patch, watch) == 0 &&
        fa_interpose_method(&switch_to_patch, greenlet_type, "switch") == 0 &&
        fa_interpose_method(&throw_into_patch, greenlet_type, "throw") == 0) {
        status = fa_inits_replace(greenlet_type, init_greenlet, &original_init);
    }

done:
    Py_XDECREF(watch);
    Py_XDECREF(type);
    return status;
}
