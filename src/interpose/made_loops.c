/* made_loops.c: event loops that were made inside are for those that made them. */
#include "interpose/made_loops.h"

#include "authority/authority.h"

void
fa_made_loops_note(fa_interpreter *here, PyObject *loop)
{
    const fa_authority *authority;
    int found = here->pools == NULL ? 0 : fa_authority_get(&authority);
    if (found > 0 && authority->box_count > 0) {
        /* Boxes, not their nodes: while a node is alive, events are judged. */
        uint32_t count = authority->box_count;
        PyObject *makers = PyTuple_New(count); /* owned */
        for (uint32_t i = 0; makers != NULL && i < count; i++) {
            PyTuple_SET_ITEM(makers, i, Py_NewRef((PyObject *)authority->boxes[i]));
        }
        if (makers != NULL) {
            (void)fa_noted_put(&here->pools->made_loops, loop, makers);
        }
        Py_XDECREF(makers);
    }
    PyErr_Clear(); /* then it is taken for a host's, the narrower side */
}

int
fa_made_loops_may(fa_interpreter *here, PyObject *loop)
{
    PyObject *makers = NULL; /* owned */
    const fa_authority *authority;
    int noted = here->pools == NULL ? 0 : fa_noted_get(&here->pools->made_loops, loop, &makers);
    int found = noted < 0 ? -1 : fa_authority_get(&authority);
    bool may = true;
    for (uint32_t i = 0; found > 0 && may && i < authority->box_count; i++) {
        may = false;
        for (Py_ssize_t at = 0; makers != NULL && !may && at < PyTuple_GET_SIZE(makers); at++) {
            may = PyTuple_GET_ITEM(makers, at) == (PyObject *)authority->boxes[i];
        }
    }
    Py_XDECREF(makers);
    return found < 0 ? -1 : may;
}
