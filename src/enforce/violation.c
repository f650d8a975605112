/* violation.c: Violation and its two leaves: one set of classes an interpreter, raising them. */
#include "enforce/violation.h"

#include <errno.h>

#include "enforce/location_type.h"
#include "enforce/violation_details.h"
#include "enforce/violation_type.h"
#include "support/state.h"

/* This interpreter's classes, made once: the row keeps them. */
static int
make_classes(PyObject *module, fa_interpreter *here)
{
    PyObject *violation = fa_violation_type_new(module); /* owned */
    PyObject *permission = NULL; /* owned */
    PyObject *import = NULL; /* owned */
    PyObject *location = NULL; /* owned */
    if (violation != NULL) {
        permission = fa_violation_type_new_leaf(module, violation, PyExc_PermissionError);
        import = fa_violation_type_new_leaf(module, violation, PyExc_ImportError);
        location = fa_location_type_new(module);
    }
    if (permission == NULL || import == NULL || location == NULL) {
        Py_XDECREF(violation);
        Py_XDECREF(permission);
        Py_XDECREF(import);
        Py_XDECREF(location);
        return -1;
    }
    here->violation = violation;
    here->import_violation = import;
    here->location_type = (PyTypeObject *)location;
    here->permission_violation = permission; /* last: it says that the classes are there */
    return 0;
}

/* violation(import_error, details): a violation from its details; what pickles and copies call. */
static PyObject *
core_violation(PyObject *Py_UNUSED(module), PyObject *args)
{
    int import;
    PyObject *details; /* borrowed */
    fa_interpreter *here = fa_state_here();
    if (!PyArg_ParseTuple(args, "pO:violation", &import, &details)) {
        return NULL;
    }
    if (here == NULL || here->permission_violation == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit is not ready in this interpreter");
        return NULL;
    }
    if (!fa_violation_details_check(details, here->location_type)) {
        return NULL;
    }
    PyObject *leaf = import ? here->import_violation : here->permission_violation; /* borrowed */
    return fa_violation_type_make((PyTypeObject *)leaf, details, 0);
}

static PyMethodDef functions[] = {
    {"violation", core_violation, METH_VARARGS,
     "violation(import_error, details, /)\n--\n\nA violation from its details, for pickles and copies."},
    {NULL},
};

int
fa_violation_exec(fa_interpreter *here, PyObject *module)
{
    if ((here->permission_violation == NULL && make_classes(module, here) < 0)
        || PyModule_AddFunctions(module, functions) < 0
        || PyModule_AddObjectRef(module, "Violation", here->violation) < 0
        || PyModule_AddObjectRef(module, "PermissionViolation", here->permission_violation) < 0
        || PyModule_AddObjectRef(module, "ImportViolation", here->import_violation) < 0
        || PyModule_AddObjectRef(module, "Location", (PyObject *)here->location_type) < 0) {
        return -1;
    }
    return 0;
}

/* Without our classes: what the standard library has, with the same message. */
static PyObject *
plain_error(const fa_record *record)
{
    PyObject *message = fa_location_type_text(record->message); /* owned */
    PyObject *filename = fa_location_type_text(record->is_path ? record->target : NULL); /* owned */
    PyObject *error = NULL; /* owned */
    if (message != NULL && filename != NULL) {
        error = filename == Py_None
                    ? PyObject_CallFunction(PyExc_PermissionError, "iO", EACCES, message)
                    : PyObject_CallFunction(PyExc_PermissionError, "iOO", EACCES, message, filename);
    }
    Py_XDECREF(message);
    Py_XDECREF(filename);
    return error;
}

PyObject *
fa_violation_from_record(const fa_record *record)
{
    fa_interpreter *here = fa_state_here();
    if (here == NULL || here->permission_violation == NULL) {
        return plain_error(record);
    }
    /* Held: making objects may run finalisers, and those may end the interpreter's row. */
    PyObject *leaf = Py_NewRef(record->import_error ? here->import_violation : here->permission_violation);
    PyObject *location = Py_NewRef((PyObject *)here->location_type); /* owned */
    PyObject *details = fa_violation_details_of(record, (PyTypeObject *)location); /* owned */
    PyObject *violation = NULL;
    if (details != NULL) {
        violation = fa_violation_type_make((PyTypeObject *)leaf, details, record->serial);
    }
    Py_XDECREF(details);
    Py_DECREF(location);
    Py_DECREF(leaf);
    return violation;
}

int
fa_violation_raise(const fa_record *record)
{
    PyObject *violation = fa_violation_from_record(record); /* owned */
    if (violation != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(violation), violation);
        Py_DECREF(violation);
    }
    return -1;
}

uint64_t
fa_violation_serial(PyObject *exception)
{
    fa_interpreter *here = fa_state_here();
    PyTypeObject *type = Py_TYPE(exception);
    if (here == NULL || here->permission_violation == NULL
        || ((PyObject *)type != here->permission_violation && (PyObject *)type != here->import_violation)) {
        return 0;
    }
    return fa_violation_type_serial(exception);
}
