/* files.c: FileIO, and so open(), whose file the guard opens. */
#include "interpose/files.h"

#include "authority/authority.h"
#include "authority/gate.h"
#include "classify/announced.h"
#include "interpose/convert.h"
#include "interpose/guarded_open.h"
#include "interpose/inits.h"
#include "interpose/places.h"

/* FileIO(file, mode, closefd, opener), each an argument or NULL. */
enum { NAME, MODE, CLOSEFD, OPENER, ARGUMENTS };

/* The arguments of a call (owned). False for a call that FileIO refuses by itself, or reads in another way. */
static bool
take_arguments(PyObject *args, PyObject *kwargs, PyObject *taken[ARGUMENTS])
{
    static const char *const known[ARGUMENTS] = {"file", "mode", "closefd", "opener"};
    PyObject *name, *value;
    Py_ssize_t position = 0;
    bool fits = PyTuple_GET_SIZE(args) <= ARGUMENTS;

    for (int i = 0; i < ARGUMENTS; i++) {
        taken[i] = i < PyTuple_GET_SIZE(args) ? Py_NewRef(PyTuple_GET_ITEM(args, i)) : NULL;
    }
    if (kwargs != NULL) {
        Py_BEGIN_CRITICAL_SECTION(kwargs);
        while (fits && PyDict_Next(kwargs, &position, &name, &value)) {
            int at = 0;
            while (at < ARGUMENTS && !(PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, known[at]) == 0)) {
                at++;
            }
            fits = at < ARGUMENTS && taken[at] == NULL;
            if (fits) {
                taken[at] = Py_NewRef(value);
            }
        }
        Py_END_CRITICAL_SECTION();
    }
    return fits && taken[NAME] != NULL;
}

static initproc original_file_init; /* written once, by fa_inits_replace() */

/* FileIO's own, whose event announces `path` (NULL: nothing). What was announced around it is not meant: code of
 * a guest may run there, before the event that was to come. */
static int
call_original(PyObject *self, PyObject *args, PyObject *kwargs, PyObject *path)
{
    PyObject *before = fa_announced_put(path);
    int status = original_file_init(self, args, kwargs);
    (void)fa_announced_put(before);
    return status;
}

/* The name as something that runs no code of a guest when FileIO reads it (new reference): the number that an
 * object stands for, a path object's one answer, the text of a str that failed to be a number. */
static PyObject *
plain_name(PyObject *name)
{
    if (PyLong_Check(name) || ((PyUnicode_Check(name) || PyBytes_Check(name)) && !PyIndex_Check(name))) {
        return Py_NewRef(name);
    }
    PyObject *number = PyIndex_Check(name) ? PyNumber_Index(name) : NULL; /* owned */
    if (number != NULL) {
        return number;
    }
    PyErr_Clear(); /* then it is a path */
    if (!fa_convert_is_path(name)) {
        return Py_NewRef(name); /* FileIO itself says what is wrong */
    }
    PyObject *path = PyOS_FSPath(name); /* owned: str or bytes */
    if (path != NULL && PyUnicode_Check(path)) {
        Py_SETREF(path, PyUnicode_FromObject(path)); /* exact */
    }
    else if (path != NULL && !PyBytes_CheckExact(path)) {
        Py_SETREF(path, PyBytes_FromStringAndSize(PyBytes_AS_STRING(path), PyBytes_GET_SIZE(path)));
    }
    return path;
}

/* Let a file, or the error that is set (status < 0), show the name that was given. Returns 0, or -1 with an exception
 * set. */
static int
show_given(PyObject *self, int status, PyObject *ours, PyObject *given)
{
    if (status < 0) {
        fa_places_show_given(ours, given);
        return -1;
    }
    return PyObject_SetAttrString(self, "name", given);
}

/* FileIO.__init__ of code that something governs. Its event names what the guard opens, or the caller's opener,
 * whose own opening is judged; it asks for nothing itself. From its announcement on nothing runs that is not
 * FileIO's own: all that a guest could answer was asked before. */
static int
init_judged(PyObject *self, PyObject *given[ARGUMENTS], PyObject *opener)
{
    PyObject *name = plain_name(given[NAME]);                                                        /* owned */
    PyObject *mode = given[MODE] == NULL ? PyUnicode_InternFromString("r") : Py_NewRef(given[MODE]); /* owned */
    PyObject *args = NULL;                                                                           /* owned */
    int closes = given[CLOSEFD] == NULL ? 1 : fa_compat_fileio_closes(given[CLOSEFD]);
    int status = -1;

    if (given[OPENER] != NULL && given[OPENER] != Py_None) {
        opener = given[OPENER];
    }
    if (name != NULL && mode != NULL && closes >= 0) {
        args = PyTuple_Pack(ARGUMENTS, name, mode, closes ? Py_True : Py_False, opener);
    }
    if (args != NULL) {
        bool named = PyUnicode_Check(name) || PyBytes_Check(name); /* else it is an open file's number */
        status = call_original(self, args, NULL, named ? name : NULL);
    }
    if (args != NULL && name != given[NAME]) {
        status = show_given(self, status, name, given[NAME]);
    }
    Py_XDECREF(args);
    Py_XDECREF(mode);
    Py_XDECREF(name);
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
        return call_original(self, args, kwargs, NULL);
    }
    int status = call_original(self, converted, names != NULL ? names : kwargs, NULL);
    status = show_given(self, status, PyTuple_GET_ITEM(converted, 0), given);
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
    if (here == NULL || here->opener == NULL) { /* not set up yet, while a floor is in force already */
        return init_plain(self, args, kwargs);
    }
    int status = take_arguments(args, kwargs, given) ? init_judged(self, given, here->opener)
                                                     : call_original(self, args, kwargs, NULL);
    for (int i = 0; i < ARGUMENTS; i++) {
        Py_XDECREF(given[i]);
    }
    return status;
}

/* What FileIO gets for an opener: called with a path and flags. */
static PyObject *
open_for_file(PyObject *Py_UNUSED(self), PyObject *const *args, Py_ssize_t count)
{
    PyObject *encoded; /* owned, or NULL */
    fa_text text;

    if (count != 2 || !(PyUnicode_Check(args[0]) || PyBytes_Check(args[0])) || !PyLong_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "a path and flags are expected");
        return NULL;
    }
    long flags = PyLong_AsLong(args[1]);
    if (flags == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (fa_places_read(args[0], &encoded, &text) < 0) {
        return NULL;
    }
    PyObject *descriptor = fa_guarded_open(args[0], text, (int)flags, 0666, -1);
    Py_XDECREF(encoded);
    return descriptor;
}

static PyMethodDef opener_definition = {"open", (PyCFunction)(void (*)(void))open_for_file, METH_FASTCALL, NULL};

int
fa_files_install_in(PyObject *module)
{
    PyObject *file_io = PyObject_GetAttrString(module, "FileIO"); /* owned */
    int status = -1;

    if (file_io != NULL && PyType_Check(file_io)) {
        status = fa_inits_replace((PyTypeObject *)file_io, init_file, &original_file_init);
    }
    Py_XDECREF(file_io);
    return status;
}

int
fa_files_install(fa_interpreter *here)
{
    if (here->opener == NULL) {
        here->opener = PyCFunction_New(&opener_definition, NULL);
    }
    PyObject *io = here->opener == NULL ? NULL : PyImport_ImportModule("_io"); /* owned */
    int status = io == NULL ? -1 : fa_files_install_in(io);
    Py_XDECREF(io);
    return status;
}
