/* inits.c: replaces the tp_init of a type, with its slot wrapper and the subclasses that exist. */
#include "interpose/inits.h"

/* Subclasses that inherited the slot have a copy of it. */
static int
replace_in_subclasses(PyTypeObject *type, initproc ours, initproc original)
{
    int status = -1;
    PyObject *subclasses = PyObject_CallMethod((PyObject *)&PyType_Type, "__subclasses__", "O", type);

    if (subclasses == NULL || !PyList_Check(subclasses)) {
        goto done;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(subclasses); i++) {
        PyTypeObject *subclass = (PyTypeObject *)PyList_GET_ITEM(subclasses, i);
        if (subclass->tp_init == original) {
            __atomic_store_n(&subclass->tp_init, ours, __ATOMIC_RELEASE);
        }
        if (replace_in_subclasses(subclass, ours, original) < 0) {
            goto done;
        }
    }
    status = 0;

done:
    Py_XDECREF(subclasses);
    return status;
}

int
fa_inits_replace(PyTypeObject *type, initproc ours, initproc *original)
{
    PyObject *wrapper = PyObject_GetAttrString((PyObject *)type, "__init__"); /* owned */
    int status = -1;

    if (wrapper == NULL) {
        return -1;
    }
    if (!Py_IS_TYPE(wrapper, &PyWrapperDescr_Type) || PyDescr_TYPE(wrapper) != type ||
        (type->tp_init != ours && *original != NULL && type->tp_init != *original)) {
        PyErr_Format(PyExc_TypeError, "fastaudit cannot interpose %s.__init__", type->tp_name);
        goto done;
    }
    if (type->tp_init != ours) {
        *original = type->tp_init;
        __atomic_store_n(&((PyWrapperDescrObject *)wrapper)->d_wrapped, (void *)ours, __ATOMIC_RELEASE);
        __atomic_store_n(&type->tp_init, ours, __ATOMIC_RELEASE);
    }
    status = replace_in_subclasses(type, ours, *original);

done:
    Py_DECREF(wrapper);
    return status;
}
