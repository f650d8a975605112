/* files.c: os.open beneath a directory's descriptor, and path objects given to FileIO. */
#include "interpose/files.h"

#include <errno.h>
#include <fcntl.h>

#include "authority/authority.h"
#include "classify/resolve.h"
#include "interpose/inits.h"
#include "interpose/interpose.h"

/* What an OSError shows should be what the caller gave, not what we made of it. */
static void
show_given(PyObject *ours, PyObject *given)
{
    PyObject *error = PyErr_GetRaisedException(); /* owned */

    if (error != NULL && PyObject_TypeCheck(error, (PyTypeObject *)PyExc_OSError)) {
        PyOSErrorObject *os_error = (PyOSErrorObject *)error;
        if (os_error->filename == ours) {
            Py_SETREF(os_error->filename, Py_NewRef(given));
        }
    }
    PyErr_SetRaisedException(error);
}

/* Where the argument `name` of a vectorcall is: at `position`, or among the named ones; NULL: nowhere. */
static PyObject *
borrow_argument(PyObject *const *args, Py_ssize_t count, PyObject *names, Py_ssize_t position,
                const char *name)
{
    if (position >= 0 && position < count) {
        return args[position];
    }
    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names); i++) {
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), name) == 0) {
            return args[count + i];
        }
    }
    return NULL;
}

/* Read dir_fd as os.open does. Returns 1, 0 when the process's directory is meant, -1 with an exception. */
static int
read_dir_fd(PyObject *object, int *dir_fd)
{
    if (object == NULL || object == Py_None) {
        return 0;
    }
    PyObject *index = PyNumber_Index(object); /* owned: the one conversion */
    if (index == NULL) {
        return -1;
    }
    int overflow;
    long number = PyLong_AsLongAndOverflow(index, &overflow);
    Py_DECREF(index);
    if (overflow != 0 || number < INT_MIN || number > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "fd is out of range");
        return -1;
    }
    *dir_fd = (int)number;
    return *dir_fd != AT_FDCWD;
}

/* The path that `path` (str or bytes, relative) names beneath `dir_fd`, as an object of the same kind.
 * NULL with an exception set. */
static PyObject *
join_beneath(int dir_fd, PyObject *path, PyObject *encoded)
{
    fa_resolved directory;

    int error = dir_fd < 0 ? EBADF : fa_resolve_directory(dir_fd, &directory);
    if (error != 0) {
        errno = error;
        return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path);
    }
    PyObject *joined = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)directory.length + 1 +
                                                           PyBytes_GET_SIZE(encoded)); /* owned */
    if (joined == NULL) {
        return NULL;
    }
    char *at = PyBytes_AS_STRING(joined);
    memcpy(at, directory.path, directory.length);
    at[directory.length] = '/';
    memcpy(at + directory.length + 1, PyBytes_AS_STRING(encoded), (size_t)PyBytes_GET_SIZE(encoded));
    if (PyUnicode_Check(path)) {
        Py_SETREF(joined, PyUnicode_DecodeFSDefaultAndSize(PyBytes_AS_STRING(joined),
                                                           PyBytes_GET_SIZE(joined)));
    }
    return joined;
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
 * nothing that another thread puts behind the number in the meantime can change it. */
static PyObject *
open_in_directory(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *object = borrow_argument(args, count, names, 0, "path");
    PyObject *path = NULL;    /* owned: str or bytes */
    PyObject *encoded = NULL; /* owned */
    PyObject *joined = NULL;  /* owned */
    PyObject *result = NULL;
    const fa_authority *authority; /* borrowed */
    int dir_fd = -1;

    int found = fa_authority_get(&authority);
    if (found == 1 && !is_call_of_open(count, names)) {
        found = 0;
    }
    if (found == 1) {
        found = read_dir_fd(borrow_argument(args, count, names, -1, "dir_fd"), &dir_fd);
    }
    if (found < 0) {
        return NULL;
    }
    if (found == 0) {
        return fa_interpose_call(&os_open_patch, self, args, count, names);
    }
    path = PyOS_FSPath(object);
    if (path == NULL || !PyUnicode_FSConverter(path, &encoded)) {
        goto done;
    }
    if (PyBytes_GET_SIZE(encoded) == 0 || PyBytes_AS_STRING(encoded)[0] == '/') {
        result = open_absolute(self, path, args, count, names);
        goto done;
    }
    joined = join_beneath(dir_fd, path, encoded);
    if (joined == NULL) {
        goto done;
    }
    result = open_absolute(self, joined, args, count, names);
    if (result == NULL) {
        show_given(joined, path);
    }

done:
    Py_XDECREF(joined);
    Py_XDECREF(encoded);
    Py_XDECREF(path);
    return result;
}

/* The event shows what was given; what gets opened is what its __fspath__ said before. */
static bool
is_plain(PyObject *object)
{
    return PyUnicode_Check(object) || PyBytes_Check(object) || PyLong_Check(object);
}

int
fa_files_convert_path(PyObject *args, PyObject *kwargs, const char *keyword, PyObject **converted,
                      PyObject **names, PyObject **given)
{
    bool positional = PyTuple_GET_SIZE(args) > 0;

    *converted = *names = *given = NULL;
    if (positional) {
        *given = PyTuple_GET_ITEM(args, 0);
    }
    else if (kwargs != NULL) {
        *given = PyDict_GetItemString(kwargs, keyword);
    }
    if (*given == NULL || is_plain(*given) || !PyObject_HasAttrString((PyObject *)Py_TYPE(*given), "__fspath__")) {
        *given = NULL;
        return 0;
    }
    PyObject *path = PyOS_FSPath(*given); /* owned: the one conversion */
    if (path == NULL) {
        return -1;
    }
    Py_ssize_t size = positional ? PyTuple_GET_SIZE(args) : 1;
    *converted = PyTuple_New(size);
    if (!positional && *converted != NULL) {
        *names = PyDict_Copy(kwargs);
        if (*names == NULL || PyDict_DelItemString(*names, keyword) < 0) {
            Py_CLEAR(*names);
            Py_CLEAR(*converted);
        }
    }
    if (*converted == NULL) {
        Py_DECREF(path);
        return -1;
    }
    PyTuple_SET_ITEM(*converted, 0, path);
    for (Py_ssize_t i = 1; i < size; i++) {
        PyTuple_SET_ITEM(*converted, i, Py_NewRef(PyTuple_GET_ITEM(args, i)));
    }
    return 0;
}

static initproc original_file_init; /* written once, by fa_inits_replace() */

static int
init_file(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *converted = NULL; /* owned */
    PyObject *names = NULL;     /* owned */
    PyObject *given = NULL;     /* borrowed from args or kwargs */

    /* In all code while anything is held somewhere: converting once is right for everybody. */
    if (!fa_gate_is_open()) {
        return original_file_init(self, args, kwargs);
    }
    if (fa_files_convert_path(args, kwargs, "file", &converted, &names, &given) < 0) {
        return -1;
    }
    if (converted == NULL) {
        return original_file_init(self, args, kwargs);
    }
    Py_INCREF(given); /* a dict may lose it while Python code runs */
    int status = original_file_init(self, converted, names != NULL ? names : kwargs);
    if (status < 0) {
        show_given(PyTuple_GET_ITEM(converted, 0), given);
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
