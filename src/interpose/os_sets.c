/* os_sets.c: what os knows about its functions holds for those that are interposed as well. */
#include "interpose/os_sets.h"

/* *items (owned, or NULL) is what the set held before an attempt that found no memory. */
static int
refresh(PyObject *set, PyObject **items)
{
    if (*items == NULL) {
        *items = PySequence_Tuple(set);
    }
    int status = *items == NULL ? -1 : PySet_Clear(set);

    for (Py_ssize_t i = 0; status == 0 && i < PyTuple_GET_SIZE(*items); i++) {
        status = PySet_Add(set, PyTuple_GET_ITEM(*items, i));
    }
    if (status == 0) {
        Py_CLEAR(*items);
    }
    return status;
}

int
fa_os_sets_refresh(fa_interpreter *here)
{
    static const char *const names[FA_OS_SETS] = {
        "supports_dir_fd", "supports_effective_ids", "supports_fd", "supports_follow_symlinks",
    };
    PyObject *os = PyImport_ImportModule("os"); /* owned */
    int status = os == NULL ? -1 : 0;

    for (size_t i = 0; status == 0 && i < FA_OS_SETS; i++) {
        PyObject *set = PyObject_GetAttrString(os, names[i]); /* owned */
        if (set == NULL) {
            status = PyErr_ExceptionMatches(PyExc_AttributeError) ? 0 : -1;
        }
        if (set == NULL && status == 0) {
            PyErr_Clear(); /* somebody has no use for it */
        }
        if (set != NULL && PySet_Check(set)) {
            status = refresh(set, &here->os_sets[i]);
        }
        Py_XDECREF(set);
    }
    Py_XDECREF(os);
    return status;
}
