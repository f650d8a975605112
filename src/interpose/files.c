/* files.c: os.open beneath a directory's descriptor, and path objects given to FileIO. */
#include "interpose/files.h"

#include "authority/authority.h"
#include "classify/announced.h"
#include "interpose/inits.h"
#include "interpose/interpose.h"
#include "interpose/places.h"

/* The argument `name` of a vectorcall, at `position` or among the named ones; NULL: not given. */
static PyObject *
borrow_argument(PyObject *const *args, Py_ssize_t count, PyObject *names, Py_ssize_t position,
                const char *name)
{
    Py_ssize_t at = fa_places_find(count, names, position, name);
    return at < 0 ? NULL : args[at];
}

static PyObject *open_in_directory(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                   PyObject *names);

FA_INTERPOSED(os_open, open_in_directory);

/* os.open(path, flags, mode, *, dir_fd) without its dir_fd, and `path` in the place of the path. */
static PyObject *
open_absolute(PyObject *self, PyObject *path, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *flags = borrow_argument(args, count, names, 1, "flags");
    PyObject *mode = borrow_argument(args, count, names, 2, "mode");
    PyObject *plain[3] = {path, flags, mode}; /* borrowed */

    return fa_interpose_call(&os_open_patch, self, plain, mode == NULL ? 2 : 3, NULL);
}

/* Whether the arguments are such as os.open takes, each once; what is wrong with others it says itself. */
static bool
is_call_of_open(Py_ssize_t count, PyObject *names)
{
    static const char *const known[] = {"path", "flags", "mode", "dir_fd"};
    unsigned given = (1u << (count < 3 ? count : 3)) - 1;

    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names); i++) {
        int at = 0;
        while (at < 4 && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), known[at]) != 0) {
            at++;
        }
        if (at == 4 || (given >> at & 1) != 0) {
            return false;
        }
        given |= 1u << at;
    }
    return count <= 3 && (given & 3) == 3;
}

/* The event `open` does not show dir_fd, so that the hook would judge a relative name against the
 * process's directory. The file is opened by the absolute name instead: it is what gets judged, and
 * nothing that another thread puts behind the number in the meantime, and no change of directory, can
 * change it. */
static PyObject *
open_in_directory(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *object = borrow_argument(args, count, names, 0, "path");
    PyObject *result = NULL;
    const fa_authority *authority; /* borrowed */
    int dir_fd = -1;

    int found = fa_authority_get(&authority);
    if (found < 0) {
        return NULL;
    }
    if (found == 0 || !is_call_of_open(count, names)) {
        return fa_interpose_call(&os_open_patch, self, args, count, names);
    }
    if (names == NULL && fa_places_is_fixed(object)) {
        return fa_interpose_call(&os_open_patch, self, args, count, NULL);
    }
    if (fa_places_read_dir_fd(borrow_argument(args, count, names, -1, "dir_fd"), &dir_fd) < 0) {
        return NULL;
    }
    PyObject *path = PyOS_FSPath(object);                                  /* owned: str or bytes */
    PyObject *fixed = path == NULL ? NULL : fa_places_fix(path, dir_fd); /* owned */
    if (fixed != NULL) {
        result = open_absolute(self, fixed, args, count, names);
        if (result == NULL) {
            fa_places_show_given(fixed, path);
        }
    }
    Py_XDECREF(fixed);
    Py_XDECREF(path);
    return result;
}

int
fa_files_convert_path(PyObject *args, PyObject *kwargs, const char *keyword, bool absolute,
                      PyObject **converted, PyObject **names, PyObject **given)
{
    bool positional = PyTuple_GET_SIZE(args) > 0;
    PyObject *path = NULL; /* owned: the one conversion */

    *converted = *names = NULL;
    *given = positional       ? PyTuple_GET_ITEM(args, 0)
             : kwargs != NULL ? PyDict_GetItemString(kwargs, keyword)
                              : NULL;
    /* Held from here on: Python code runs, and may take it out of a dict. */
    Py_XINCREF(*given);
    bool text = *given != NULL && (PyUnicode_Check(*given) || PyBytes_Check(*given));
    if (*given == NULL || (text && !absolute) ||
        (!text && !PyObject_HasAttrString((PyObject *)Py_TYPE(*given), "__fspath__"))) {
        Py_CLEAR(*given);
        return 0;
    }
    path = PyOS_FSPath(*given);
    if (path != NULL && absolute) {
        Py_SETREF(path, fa_places_fix(path, -1));
    }
    if (path == NULL) {
        goto error;
    }
    if (path == *given) {
        Py_DECREF(path);
        Py_CLEAR(*given);
        return 0;
    }
    Py_ssize_t size = positional ? PyTuple_GET_SIZE(args) : 1;
    *converted = PyTuple_New(size);
    if (*converted == NULL) {
        goto error;
    }
    if (!positional) {
        *names = PyDict_Copy(kwargs);
        if (*names == NULL ||
            (PyDict_GetItemString(*names, keyword) != NULL && PyDict_DelItemString(*names, keyword) < 0)) {
            goto error;
        }
    }
    PyTuple_SET_ITEM(*converted, 0, path);
    for (Py_ssize_t i = 1; i < size; i++) {
        PyTuple_SET_ITEM(*converted, i, Py_NewRef(PyTuple_GET_ITEM(args, i)));
    }
    return 0;

error:
    Py_XDECREF(path);
    Py_CLEAR(*converted);
    Py_CLEAR(*names);
    Py_CLEAR(*given);
    return -1;
}

/* FileIO(file, mode, closefd, opener): the opener gets the name as it was given. */
static bool
has_opener(PyObject *args, PyObject *kwargs)
{
    PyObject *opener = PyTuple_GET_SIZE(args) > 3 ? PyTuple_GET_ITEM(args, 3)
                       : kwargs != NULL           ? PyDict_GetItemString(kwargs, "opener")
                                                  : NULL;
    return opener != NULL && opener != Py_None;
}

static initproc original_file_init; /* written once, by fa_inits_replace() */

/* Whether looking something up among these runs no Python code, so that two look-ups find the same. */
static bool
has_plain_names(PyObject *kwargs)
{
    PyObject *name;
    Py_ssize_t at = 0;

    while (kwargs != NULL && PyDict_Next(kwargs, &at, &name, NULL)) {
        if (!PyUnicode_CheckExact(name)) {
            return false;
        }
    }
    return true;
}

/* FileIO.__init__, which opens nothing when there is an opener: then its event asks for nothing either. */
static int
call_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *own = NULL;  /* owned: nobody else can change it */
    PyObject *path = NULL; /* owned: or another object could be taken for it */

    if (has_opener(args, kwargs)) {
        own = kwargs == NULL ? NULL : PyDict_Copy(kwargs);
        if (kwargs != NULL && own == NULL) {
            return -1;
        }
        if (has_plain_names(own) && has_opener(args, own)) {
            path = PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0) : PyDict_GetItemString(own, "file");
            Py_XINCREF(path);
        }
    }
    PyObject *before = fa_announced_put(path);
    int status = original_file_init(self, args, own != NULL ? own : kwargs);
    (void)fa_announced_put(before);
    Py_XDECREF(path);
    Py_XDECREF(own);
    return status;
}

static int
init_file(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *converted = NULL; /* owned */
    PyObject *names = NULL;     /* owned */
    PyObject *given = NULL;     /* owned */
    const fa_authority *authority; /* borrowed */

    /* In all code while anything is held somewhere: converting once is right for everybody. */
    if (!fa_gate_is_open()) {
        return original_file_init(self, args, kwargs);
    }
    int held = fa_authority_get(&authority);
    if (held < 0) {
        return -1;
    }
    bool absolute = held > 0 && !has_opener(args, kwargs);
    if (fa_files_convert_path(args, kwargs, "file", absolute, &converted, &names, &given) < 0) {
        return -1;
    }
    if (converted == NULL) {
        return call_init(self, args, kwargs);
    }
    int status = call_init(self, converted, names != NULL ? names : kwargs);
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

int
fa_files_install(void)
{
    int status = -1;
    PyObject *io = NULL;      /* owned */
    PyObject *file_io = NULL; /* owned */

    if (fa_interpose_named(&os_open_patch, "posix", NULL, "open") < 0) {
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
