/* convert.c: operands of built-ins that start programs, converted once to objects that cannot change. */
#include "interpose/convert.h"

bool
fa_convert_is_path(PyObject *object)
{
    if (PyUnicode_Check(object) || PyBytes_Check(object)) {
        return true;
    }
    PyObject *method = PyObject_GetAttrString((PyObject *)Py_TYPE(object), "__fspath__"); /* owned */
    bool is_path = method != NULL && method != Py_None; /* None: a class that is no path, although its bases are */
    if (method == NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(method);
    return is_path;
}

PyObject *
fa_convert_path(PyObject *object)
{
    if (PyUnicode_Check(object) || PyBytes_Check(object) || PyIndex_Check(object)) {
        return Py_NewRef(object);
    }
    return PyOS_FSPath(object);
}

PyObject *
fa_convert_strings(PyObject *list)
{
    /* By base layout, as the built-ins read it: a subclass's __iter__ is not asked. */
    PyObject *items = PyList_Check(list) ? PyList_AsTuple(list) : Py_NewRef(list); /* owned */
    PyObject *result = NULL;                                                       /* owned */

    if (items != NULL) {
        result = PyTuple_New(PyTuple_GET_SIZE(items));
    }
    for (Py_ssize_t i = 0; result != NULL && i < PyTuple_GET_SIZE(result); i++) {
        PyObject *bytes = NULL;
        if (!PyUnicode_FSConverter(PyTuple_GET_ITEM(items, i), &bytes)) {
            Py_CLEAR(result);
            break;
        }
        PyTuple_SET_ITEM(result, i, bytes);
    }
    Py_XDECREF(items);
    return result;
}

/* One variable into `dict`; the first of two that are the same as bytes counts, as for getenv(3). */
static int
add_variable(PyObject *dict, PyObject *key, PyObject *value)
{
    PyObject *name = NULL; /* owned */
    PyObject *text = NULL; /* owned */
    int status = -1;

    if (PyUnicode_FSConverter(key, &name) && PyUnicode_FSConverter(value, &text)) {
        status = PyDict_SetDefault(dict, name, text) == NULL ? -1 : 0;
    }
    Py_XDECREF(name);
    Py_XDECREF(text);
    return status;
}

PyObject *
fa_convert_env(PyObject *mapping)
{
    if (mapping == Py_None) {
        return Py_NewRef(mapping);
    }
    PyObject *keys = PyMapping_Keys(mapping);                           /* owned: a list */
    PyObject *values = keys == NULL ? NULL : PyMapping_Values(mapping); /* owned: a list */
    PyObject *dict = values == NULL ? NULL : PyDict_New();              /* owned */

    if (dict != NULL && (!PyList_Check(keys) || !PyList_Check(values))) {
        PyErr_SetString(PyExc_TypeError, "env.keys() or env.values() is not a list");
        Py_CLEAR(dict);
    }
    if (dict != NULL) {
        Py_SETREF(keys, PyList_AsTuple(keys));
        Py_SETREF(values, PyList_AsTuple(values));
        if (keys == NULL || values == NULL) {
            Py_CLEAR(dict);
        }
    }
    for (Py_ssize_t i = 0; dict != NULL && i < PyTuple_GET_SIZE(keys) && i < PyTuple_GET_SIZE(values); i++) {
        if (add_variable(dict, PyTuple_GET_ITEM(keys, i), PyTuple_GET_ITEM(values, i)) < 0) {
            Py_CLEAR(dict);
        }
    }
    Py_XDECREF(keys);
    Py_XDECREF(values);
    return dict;
}

PyObject *
fa_convert_integer(PyObject *object)
{
    PyObject *index = PyNumber_Index(object); /* owned */
    if (index == NULL) {
        return NULL;
    }
    long number = PyLong_AsLong(index);
    Py_DECREF(index);
    return number == -1 && PyErr_Occurred() ? NULL : PyLong_FromLong(number);
}
