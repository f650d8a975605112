/* task_attributes.c: what code in a sandbox hangs on asyncio's futures and tasks is nothing that others call. */
#include "interpose/task_attributes.h"

#include "authority/authority.h"
#include "authority/gate.h"
#include "interpose/interpose.h"
#include "interpose/slots.h"

/* A guest is handed the very task that its host awaits, cancels and shows. An attribute `cancel` of that task would be what the host
 * calls, with the host's authority. */

/* ---- attributes ---- */

static setattrofunc original_set; /* written once, before ours is called */

/* Whether an attribute of that name would be found in the place of a method of asyncio's. */
static bool
hides_method(const fa_interpreter *here, PyObject *self, PyObject *name)
{
    PyTypeObject *type = PyObject_TypeCheck(self, here->task_type) ? here->task_type : here->future_type;
    PyObject *found = _PyType_Lookup(type, name); /* borrowed from a type that nobody can change */
    return found != NULL && Py_TYPE(found)->tp_descr_set == NULL;
}

static int
set_attribute(PyObject *self, PyObject *name, PyObject *value)
{
    fa_interpreter *here = fa_gate_is_open() && value != NULL ? fa_state_here() : NULL;
    if (here == NULL || here->task_type == NULL) {
        return original_set(self, name, value);
    }
    bool plain = PyUnicode_CheckExact(name);
    if (plain && !hides_method(here, self, name)) {
        return original_set(self, name, value);
    }
    int inside = fa_authority_is_inside();
    if (inside < 0) {
        return -1;
    }
    if (inside > 0) {
        if (plain) {
            PyErr_Format(here->scope_error,
                         "code in a sandbox cannot put something in the place of %U() of asyncio's: others call it",
                         name);
        }
        else {
            PyErr_SetString(PyExc_TypeError, "inside a sandbox, an attribute's name is a plain str");
        }
        return -1;
    }
    return original_set(self, name, value);
}

/* ---- names ---- */

PyObject *
fa_task_attributes_name(PyObject *name)
{
    bool plain = PyUnicode_CheckExact(name) || PyLong_CheckExact(name) || name == Py_None;
    int inside = plain ? 0 : fa_authority_is_inside();
    if (inside <= 0) {
        return inside < 0 ? NULL : Py_NewRef(name);
    }
    PyObject *text = PyObject_Str(name); /* owned; its class may be the guest's still */
    PyObject *copy = text == NULL ? NULL : PyUnicode_FromObject(text);
    Py_XDECREF(text);
    return copy;
}

static PyObject *set_name(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(set_name, set_name);

static PyObject *
set_name(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (count + (names == NULL ? 0 : PyTuple_GET_SIZE(names)) != 1) {
        return fa_interpose_call(&set_name_patch, self, args, count, names);
    }
    PyObject *name = fa_task_attributes_name(args[0]); /* owned */
    PyObject *result = name == NULL ? NULL : fa_interpose_call(&set_name_patch, self, &name, count, names);
    Py_XDECREF(name);
    return result;
}

/* ---- putting it in place ---- */

int
fa_task_attributes_install(PyTypeObject *future, PyTypeObject *task)
{
    if (fa_interpose_method(&set_name_patch, task, "set_name") < 0) {
        return -1;
    }
    static const char *const names[] = {"__setattr__", "__delattr__", NULL};
    return fa_slots_add(future, offsetof(PyTypeObject, tp_setattro), names, (fa_slot)set_attribute,
                        (fa_slot *)&original_set);
}
