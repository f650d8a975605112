/* extras.c: what few boxes have. */
#include "authority/extras.h"

fa_extras *
fa_extras_make(fa_box *box)
{
    if (box->extras == NULL) {
        box->extras = PyMem_RawCalloc(1, sizeof(fa_extras));
    }
    return box->extras;
}

int
fa_extras_set_left_open(fa_box *box, PyObject *places)
{
    int status = -1;
    Py_BEGIN_CRITICAL_SECTION(box);
    fa_extras *extras = fa_extras_make(box);
    if (extras != NULL) {
        PyObject *before = extras->left_open;
        extras->left_open = places;
        places = before;
        status = 0;
    }
    Py_END_CRITICAL_SECTION();
    Py_XDECREF(places);
    if (status < 0) {
        PyErr_NoMemory();
    }
    return status;
}
