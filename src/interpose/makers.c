/* makers.c: what was in force where something was made inside, and whether it is here. */
#include "interpose/makers.h"

#include "authority/authority.h"

int
fa_makers_here(PyObject **makers)
{
    const fa_authority *authority;
    int found = fa_authority_get(&authority);
    *makers = NULL;
    if (found <= 0 || authority->box_count == 0) {
        return found < 0 ? -1 : 0;
    }
    /* First what borrows from the authority: making a tuple may run Python code. */
    Py_ssize_t count = authority->box_count;
    PyObject **boxes = PyMem_New(PyObject *, (size_t)count); /* its items are owned, until the tuple has them */
    if (boxes == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        boxes[i] = Py_NewRef((PyObject *)authority->boxes[i]);
    }
    *makers = PyTuple_New(count);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (*makers != NULL) {
            PyTuple_SET_ITEM(*makers, i, boxes[i]);
        }
        else {
            Py_DECREF(boxes[i]);
        }
    }
    PyMem_Free(boxes);
    return *makers == NULL ? -1 : 0;
}

bool
fa_makers_among(PyObject *some, PyObject *all)
{
    bool among = true;
    for (Py_ssize_t i = 0; among && i < PyTuple_GET_SIZE(some); i++) {
        among = false;
        for (Py_ssize_t at = 0; !among && at < PyTuple_GET_SIZE(all); at++) {
            among = PyTuple_GET_ITEM(some, i) == PyTuple_GET_ITEM(all, at);
        }
    }
    return among;
}

bool
fa_makers_are_over(PyObject *makers)
{
    bool over = false;
    for (Py_ssize_t i = 0; !over && i < PyTuple_GET_SIZE(makers); i++) {
        fa_box *box = (fa_box *)PyTuple_GET_ITEM(makers, i);
        over = atomic_load(&box->ended) && atomic_load(&box->nodes) == 0;
    }
    return over;
}
