/* made_loops.c: event loops that were made inside are for those that made them. */
#include "interpose/made_loops.h"

#include "interpose/makers.h"

void
fa_made_loops_note(fa_interpreter *here, PyObject *loop)
{
    PyObject *makers = NULL; /* owned */
    if (here->pools != NULL && fa_makers_here(&makers) == 0 && makers != NULL) {
        (void)fa_noted_put(&here->pools->made_loops, loop, makers);
    }
    Py_XDECREF(makers);
    PyErr_Clear(); /* then it is taken for a host's, the narrower side */
}

int
fa_made_loops_may(fa_interpreter *here, PyObject *loop)
{
    PyObject *now, *makers = NULL; /* owned */
    if (fa_makers_here(&now) < 0) {
        return -1;
    }
    int noted = now == NULL || here->pools == NULL ? 0 : fa_noted_get(&here->pools->made_loops, loop, &makers);
    int may = noted < 0 ? -1 : now == NULL || (makers != NULL && fa_makers_among(now, makers));
    Py_XDECREF(makers);
    Py_XDECREF(now);
    return may;
}
