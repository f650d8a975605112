/* os_sets.c: what os knows about its functions holds for those that are interposed as well. */
#include "interpose/os_sets.h"

static int
refresh(PyObject *set)
{
    PyObject *items = PySequence_Tuple(set); /* owned */
    int status = items == NULL ? -1 : PySet_Clear(set);

    for (Py_ssize_t i = 0; status == 0 && i < PyTuple_GET_SIZE(items); i++) {
        status = PySet_Add(set, PyTuple_GET_ITEM(items, i));
    }
    Py_XDECREF(items);
    return status;
}

int
fa_os_sets_refresh(fa_interpreter *Py_UNUSED(here))
{
    static const char *const names[] = {
        "supports_dir_fd", "supports_effective_ids", "supports_fd", "supports_follow_symlinks",
    };
    PyObject *os = PyImport_ImportModule("os"); /* owned */
    int status = os == NULL ? -1 : 0;

    for (size_t i = 0; status == 0 && i < Py_ARRAY_LENGTH(names); i++) {
        PyObject *set = PyObject_GetAttrString(os, names[i]); /* owned */
        if (set == NULL) {
            PyErr_Clear(); /* somebody has no use for it */
        }
        status = set != NULL && PySet_Check(set) ? refresh(set) : 0;
        Py_XDECREF(set);
    }
    Py_XDECREF(os);
    return status;
}
