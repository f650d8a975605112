/* files.c: FileIO, and so open(), whose file the guard opens. */
#include "interpose/files.h"

#include <unistd.h>

#include "authority/authority.h"
#include "authority/gate.h"
#include "classify/announced.h"
#include "interpose/convert.h"
#include "interpose/guarded_open.h"
#include "interpose/inits.h"
#include "interpose/places.h"

/* FileIO(file, mode, closefd, opener), each an argument or NULL. */
enum { NAME, MODE, CLOSEFD, OPENER, ARGUMENTS };

/* The arguments of a call (owned). 1; 0 for a call that FileIO refuses by itself; -1 with an exception set. */
static int
take_arguments(PyObject *args, PyObject *kwargs, PyObject *taken[ARGUMENTS])
{
    static const char *const known[ARGUMENTS] = {"file", "mode", "closefd", "opener"};
    PyObject *name, *value;
    Py_ssize_t position = 0;
    int at = 0;

    for (int i = 0; i < ARGUMENTS; i++) {
        taken[i] = i < PyTuple_GET_SIZE(args) ? Py_NewRef(PyTuple_GET_ITEM(args, i)) : NULL;
    }
    if (PyTuple_GET_SIZE(args) > ARGUMENTS) {
        return 0;
    }
    if (kwargs != NULL) {
        Py_BEGIN_CRITICAL_SECTION(kwargs);
        while (at < ARGUMENTS && PyDict_Next(kwargs, &position, &name, &value)) {
            at = 0;
            while (at < ARGUMENTS && !(PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, known[at]) == 0)) {
                at++;
            }
            if (at < ARGUMENTS && taken[at] == NULL) {
                taken[at] = Py_NewRef(value);
            }
            else if (at < ARGUMENTS) {
                at = ARGUMENTS + 1;
            }
        }
        Py_END_CRITICAL_SECTION();
    }
    if (at > ARGUMENTS) {
        PyErr_SetString(PyExc_TypeError, "FileIO() got an argument twice");
        return -1;
    }
    return at < ARGUMENTS && taken[NAME] != NULL;
}

static initproc original_file_init; /* written once, by fa_inits_replace() */

/* FileIO.__init__ of code that something governs. Its event names what the guard opens, or the caller's opener,
 * whose own opening is judged; it asks for nothing itself. */
static int
init_judged(PyObject *self, PyObject *given[ARGUMENTS], PyObject *opener)
{
    PyObject *path = fa_convert_is_path(given[NAME]) ? PyOS_FSPath(given[NAME]) : Py_NewRef(given[NAME]); /* owned */
    PyObject *mode = given[MODE] == NULL ? PyUnicode_InternFromString("r") : Py_NewRef(given[MODE]); /* owned */
    PyObject *args = NULL; /* owned */
    int status = -1;

    if (given[OPENER] != NULL && given[OPENER] != Py_None) {
        opener = given[OPENER];
    }
    if (path != NULL && mode != NULL) {
        args = PyTuple_Pack(ARGUMENTS, path, mode, given[CLOSEFD] == NULL ? Py_True : given[CLOSEFD], opener);
    }
    if (args != NULL) {
        bool named = PyUnicode_Check(path) || PyBytes_Check(path); /* else it is an open file's number */
        fa_announced before = fa_announced_put((fa_announced){named ? path : NULL, false});
        status = original_file_init(self, args, NULL);
        (void)fa_announced_put(before);
    }
    if (args != NULL && path != given[NAME]) {
        if (status < 0) {
            fa_places_show_given(path, given[NAME]);
        }
        else {
            status = PyObject_SetAttrString(self, "name", given[NAME]);
        }
    }
    Py_XDECREF(args);
    Py_XDECREF(mode);
    Py_XDECREF(path);
    return status;
}

/* Elsewhere a path object is converted once, too: what guests make is given to others. */
static int
init_plain(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *converted = NULL; /* owned */
    PyObject *names = NULL;     /* owned */
    PyObject *given = NULL;     /* owned */

    if (fa_inits_convert_path(args, kwargs, "file", &converted, &names, &given) < 0) {
        return -1;
    }
    if (converted == NULL) {
        return original_file_init(self, args, kwargs);
    }
    int status = original_file_init(self, converted, names != NULL ? names : kwargs);
    if (status < 0) {
        fa_places_show_given(PyTuple_GET_ITEM(converted, 0), given);
    }
    else {
        status = PyObject_SetAttrString(self, "name", given);
    }
    Py_DECREF(given);
    Py_DECREF(converted);
    Py_XDECREF(names);
    return status;
}

static int
init_file(PyObject *self, PyObject *args, PyObject *kwargs)
{
    const fa_authority *authority; /* borrowed */
    PyObject *given[ARGUMENTS]; /* owned */

    if (!fa_gate_is_open()) {
        return original_file_init(self, args, kwargs);
    }
    int held = fa_authority_get(&authority);
    if (held < 0) {
        return -1;
    }
    fa_interpreter *here = held > 0 && fa_guarded_open_judges(authority) ? fa_state_here() : NULL;
    if (here == NULL) {
        return init_plain(self, args, kwargs);
    }
    int status = take_arguments(args, kwargs, given);
    if (status >= 0) {
        status = status > 0 ? init_judged(self, given, here->opener) : original_file_init(self, args, kwargs);
    }
    for (int i = 0; i < ARGUMENTS; i++) {
        Py_XDECREF(given[i]);
    }
    return status;
}

/* What FileIO gets for an opener: called with a path and flags. */
static PyObject *
open_for_file(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t count)
{
    if (count != 2 || !(PyUnicode_Check(args[0]) || PyBytes_Check(args[0])) || !PyLong_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "a path and flags are expected");
        return NULL;
    }
    long flags = PyLong_AsLong(args[1]);
    if ((flags == -1 && PyErr_Occurred()) || flags < INT_MIN || flags > INT_MAX) {
        return NULL;
    }
    int descriptor = fa_guarded_open(args[0], (int)flags, 0666, -1);
    PyObject *result = descriptor < 0 ? NULL : PyLong_FromLong(descriptor);
    if (descriptor >= 0 && result == NULL) {
        close(descriptor);
    }
    return result;
}

static PyMethodDef opener_definition = {"open", (PyCFunction)(void (*)(void))open_for_file, METH_FASTCALL, NULL};

int
fa_files_install(fa_interpreter *here)
{
    int status = -1;
    PyObject *io = NULL;      /* owned */
    PyObject *file_io = NULL; /* owned */

    if (here->opener == NULL) {
        here->opener = PyCFunction_New(&opener_definition, NULL);
    }
    if (here->opener == NULL) {
        return -1;
    }
    io = PyImport_ImportModule("_io");
    file_io = io == NULL ? NULL : PyObject_GetAttrString(io, "FileIO");
    if (file_io != NULL && PyType_Check(file_io)) {
        status = fa_inits_replace((PyTypeObject *)file_io, init_file, &original_file_init);
    }
    Py_XDECREF(file_io);
    Py_XDECREF(io);
    return status;
}
