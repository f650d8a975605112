/* known.c: functions of libraries, known by their code and globals. */
#include "interpose/known.h"

void
fa_known_clear(fa_known *known)
{
    Py_XDECREF(atomic_exchange(&known->code, NULL));
    Py_XDECREF(atomic_exchange(&known->globals, NULL));
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
        /* Another thread may note the same function at this moment: the first to come keeps it. */
        PyObject *nothing = NULL, *globals = Py_NewRef(PyFunction_GET_GLOBALS(function)); /* owned */
        if (!atomic_compare_exchange_strong(&known->globals, &nothing, globals)) {
            Py_DECREF(globals);
        }
        PyObject *code = Py_NewRef(PyFunction_GET_CODE(function)); /* owned */
        nothing = NULL;
        if (!atomic_compare_exchange_strong(&known->code, &nothing, code)) {
            Py_DECREF(code);
        }
        status = 0;
    }
    else {
        PyErr_Format(PyExc_TypeError, "%s is no Python function", name);
    }
    Py_DECREF(raw);
    return status;
}

PyObject *
fa_known_imported(PyObject *name)
{
    PyObject *module = PyImport_GetModule(name);
    if (module == NULL) {
        PyErr_Clear();
    }
    return module;
}

PyObject *
fa_known_module(const char *name)
{
    PyObject *word = PyUnicode_FromString(name); /* owned */
    PyObject *module = word == NULL ? NULL : fa_known_imported(word);
    Py_XDECREF(word);
    return module;
}

void
fa_known_forgive(bool *lacked)
{
    *lacked = *lacked || (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_MemoryError));
    PyErr_Clear();
}

int
fa_known_take(PyObject *module, const char *name, PyObject **taken)
{
    if (*taken == NULL) {
        *taken = PyObject_GetAttrString(module, name);
    }
    return *taken == NULL ? -1 : 0;
}

bool
fa_known_is(const fa_known *known, PyObject *function)
{
    return known->code != NULL && function != NULL && PyFunction_Check(function)
        && PyFunction_GET_CODE(function) == known->code
        && PyFunction_GET_GLOBALS(function) == known->globals;
}

bool
fa_known_runs(const fa_known *known, fa_frame *frame)
{
    return known->code != NULL && frame != NULL && (PyObject *)fa_frames_code(frame) == known->code
        && fa_frames_globals(frame) == known->globals;
}
