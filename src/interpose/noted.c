/* noted.c: what is noted of objects beside them, as long as they live. */
#include "interpose/noted.h"

int
fa_noted_init(fa_noted *noted)
{
    noted->dict = PyDict_New();
    return noted->dict == NULL ? -1 : 0;
}

void
fa_noted_clear(fa_noted *noted)
{
    Py_CLEAR(noted->dict);
}

int
fa_noted_get(const fa_noted *noted, PyObject *object, PyObject **value)
{
    PyObject *key = PyLong_FromVoidPtr(object);  /* owned */
    PyObject *record = NULL, *whom = NULL; /* owned */
    *value = NULL;
    int found = key == NULL ? -1 : PyDict_GetItemRef(noted->dict, key, &record);
    Py_XDECREF(key);
    if (found > 0 && PyWeakref_GetRef(PyTuple_GET_ITEM(record, 0), &whom) < 0) {
        found = -1;
    }
    else if (found > 0 && whom != object) {
        found = 0; /* of one that was there before */
    }
    if (found > 0) {
        *value = Py_NewRef(PyTuple_GET_ITEM(record, 1));
    }
    Py_XDECREF(whom);
    Py_XDECREF(record);
    return found;
}

/* Forget objects that are gone. In a copy first: other threads look into the dict, and add to it. */
static int
sweep(fa_noted *noted)
{
    if (PyDict_Size(noted->dict) < noted->sweep) {
        return 0;
    }
    PyObject *copy = PyDict_Copy(noted->dict); /* owned */
    PyObject *key, *record;                    /* borrowed from it */
    Py_ssize_t position = 0;
    int status = copy == NULL ? -1 : 0;
    while (status == 0 && PyDict_Next(copy, &position, &key, &record)) {
        PyObject *object;
        if (PyWeakref_GetRef(PyTuple_GET_ITEM(record, 0), &object) > 0) {
            Py_DECREF(object);
        }
        else if (PyDict_DelItem(noted->dict, key) < 0) {
            PyErr_Clear(); /* another thread was faster */
        }
    }
    Py_XDECREF(copy);
    noted->sweep = 64 + 2 * PyDict_Size(noted->dict);
    return status;
}

int
fa_noted_put(fa_noted *noted, PyObject *object, PyObject *value)
{
    PyObject *key = PyLong_FromVoidPtr(object);                                              /* owned */
    PyObject *weak = key == NULL ? NULL : PyWeakref_NewRef(object, NULL);                    /* owned */
    PyObject *record = weak == NULL ? NULL : PyTuple_Pack(2, weak, value);                   /* owned */
    int status = record == NULL || sweep(noted) < 0 ? -1 : PyDict_SetItem(noted->dict, key, record);
    Py_XDECREF(record);
    Py_XDECREF(weak);
    Py_XDECREF(key);
    return status;
}
