/* inits.c: replaces the tp_init of a type, with its slot wrapper and the subclasses that exist. */
#include "interpose/inits.h"

#include "interpose/convert.h"

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

int
fa_inits_convert_path(PyObject *args, PyObject *kwargs, const char *keyword, PyObject **converted,
                      PyObject **names, PyObject **given)
{
    bool positional = PyTuple_GET_SIZE(args) > 0;
    PyObject *path = NULL; /* owned: the one conversion */

    *converted = *names = NULL;
    *given = positional       ? PyTuple_GET_ITEM(args, 0)
             : kwargs != NULL ? PyDict_GetItemString(kwargs, keyword)
                              : NULL;
    /* Held from here on: Python code runs, and may take it out of a dict. */
    Py_XINCREF(*given);
    bool text = *given != NULL && (PyUnicode_Check(*given) || PyBytes_Check(*given));
    if (*given == NULL || text || !fa_convert_is_path(*given)) {
        Py_CLEAR(*given);
        return 0;
    }
    path = PyOS_FSPath(*given);
    if (path == NULL) {
        goto error;
    }
    Py_ssize_t size = positional ? PyTuple_GET_SIZE(args) : 1;
    *converted = PyTuple_New(size);
    if (*converted == NULL) {
        goto error;
    }
    if (!positional) {
        *names = PyDict_Copy(kwargs);
        if (*names == NULL ||
            (PyDict_GetItemString(*names, keyword) != NULL && PyDict_DelItemString(*names, keyword) < 0)) {
            goto error;
        }
    }
    PyTuple_SET_ITEM(*converted, 0, path);
    for (Py_ssize_t i = 1; i < size; i++) {
        PyTuple_SET_ITEM(*converted, i, Py_NewRef(PyTuple_GET_ITEM(args, i)));
    }
    return 0;

error:
    Py_XDECREF(path);
    Py_CLEAR(*converted);
    Py_CLEAR(*names);
    Py_CLEAR(*given);
    return -1;
}

bool
fa_inits_has_plain_names(PyObject *kwargs)
{
    PyObject *name;
    Py_ssize_t position = 0;
    bool plain = true;

    Py_BEGIN_CRITICAL_SECTION(kwargs);
    while (plain && PyDict_Next(kwargs, &position, &name, NULL)) {
        plain = PyUnicode_CheckExact(name);
    }
    Py_END_CRITICAL_SECTION();
    return plain;
}
