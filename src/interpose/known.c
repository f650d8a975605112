/* known.c: functions of libraries, known by their code and globals. */
#include "interpose/known.h"

void
fa_known_clear(fa_known *known)
{
    Py_CLEAR(known->code);
    Py_CLEAR(known->globals);
}

int
fa_known_note(fa_known *known, PyObject *holder, const char *name)
{
    PyObject *raw = PyObject_GetAttrString(holder, name);
    if (raw == NULL) {
        return -1;
    }
    PyObject *function = PyMethod_Check(raw) ? PyMethod_GET_FUNCTION(raw) : raw;
    int status = -1;
    if (PyFunction_Check(function)) {
        known->code = Py_NewRef(PyFunction_GET_CODE(function));
        known->globals = Py_NewRef(PyFunction_GET_GLOBALS(function));
        status = 0;
    }
    else {
        PyErr_Format(PyExc_TypeError, "%s is no Python function", name);
    }
    Py_DECREF(raw);
    return status;
}

bool
fa_known_is(const fa_known *known, PyObject *function)
{
    return known->code != NULL && PyFunction_Check(function)
        && PyFunction_GET_CODE(function) == known->code
        && PyFunction_GET_GLOBALS(function) == known->globals;
}

bool
fa_known_runs(const fa_known *known, fa_frame *frame)
{
    return known->code != NULL && frame != NULL && (PyObject *)fa_frames_code(frame) == known->code
        && fa_frames_globals(frame) == known->globals;
}
