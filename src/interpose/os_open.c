/* os_open.c: os.open, whose file the guard opens. */
#include "interpose/os_open.h"

#include <fcntl.h>

#include "audit/listeners.h"
#include "authority/authority.h"
#include "classify/announced.h"
#include "interpose/convert.h"
#include "interpose/guarded_open.h"
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

static PyObject *open_judged(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);

FA_INTERPOSED(os_open, open_judged);

/* Whether the arguments are such as os.open takes; it refuses all others by itself. */
static bool
fits(Py_ssize_t count, PyObject *names)
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

/* os.open's own, whose event is judged. What was announced around it is not meant. */
static PyObject *
call_original(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *before = fa_announced_put(NULL);
    PyObject *result = fa_interpose_call(&os_open_patch, self, args, count, names);
    (void)fa_announced_put(before);
    return result;
}

/* A number of the size of a C int, by its one answer to __index__: 1; 0 when it is beyond that; -1 with an
 * exception set. `*converted` is what it answered (owned; or NULL). */
static int
read_int(PyObject *object, PyObject **converted, int *value)
{
    int overflow;

    *converted = PyNumber_Index(object);
    if (*converted == NULL) {
        return -1;
    }
    long number = PyLong_AsLongAndOverflow(*converted, &overflow);
    *value = (int)number;
    return overflow == 0 && number >= INT_MIN && number <= INT_MAX;
}

/* The event that CPython would have raised, for other hooks if there are any. */
static int
announce(PyObject *path, int flags)
{
    if (!fa_listeners_exist()) {
        return 0;
    }
    PyObject *number = PyLong_FromLong(flags | O_CLOEXEC);                                    /* owned */
    PyObject *operands = number == NULL ? NULL : PyTuple_Pack(3, path, Py_None, number); /* owned */
    int status = operands == NULL ? -1 : PySys_Audit(fa_announced_event, "O", operands);

    Py_XDECREF(operands);
    Py_XDECREF(number);
    return status;
}

/* As CPython does before it reads a number. Returns 0, or -1 with an exception set. */
static int
warn_of_bool(PyObject *number)
{
    bool warns = FA_BOOL_IS_NO_NUMBER && number != NULL && PyBool_Check(number);
    return warns ? PyErr_WarnEx(PyExc_RuntimeWarning, "bool is used as a file descriptor", 1) : 0;
}

/* os.open of a path that was converted once. */
static PyObject *
open_path(PyObject *self, PyObject *path, fa_text text, PyObject *flags_given, PyObject *mode_given,
          PyObject *dir_given)
{
    PyObject *plain[3] = {path, NULL, NULL}; /* the numbers owned */
    PyObject *result = NULL;
    int flags, mode = 0777, dir_fd;

    int small = read_int(flags_given, &plain[1], &flags);
    if (small > 0 && mode_given != NULL) {
        small = read_int(mode_given, &plain[2], &mode);
    }
    if (small == 0) { /* it says so itself */
        result = call_original(self, plain, plain[2] == NULL ? 2 : 3, NULL);
    }
    else if (small > 0 && warn_of_bool(dir_given) == 0 && fa_places_read_dir_fd(dir_given, &dir_fd) >= 0 &&
             announce(path, flags) == 0) {
        result = fa_guarded_open(path, text, flags, mode, dir_fd);
    }
    Py_XDECREF(plain[1]);
    Py_XDECREF(plain[2]);
    return result;
}

/* The event `open` shows neither dir_fd nor what its name will mean by the time that CPython opens it. */
static PyObject *
open_judged(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    const fa_authority *authority; /* borrowed */
    PyObject *encoded;             /* owned, or NULL */
    fa_text text;

    int found = fa_authority_get(&authority);
    if (found < 0) {
        return NULL;
    }
    PyObject *object = borrow_argument(args, count, names, 0, "path");
    bool judged = found > 0 && fa_guarded_open_judges(authority);
    if (!judged || !fits(count, names) || !fa_convert_is_path(object)) {
        return call_original(self, args, count, names);
    }
    PyObject *path = PyOS_FSPath(object); /* owned: str or bytes */
    if (path == NULL) {
        return NULL;
    }
    PyObject *flags = borrow_argument(args, count, names, 1, "flags");
    PyObject *result;
    if (fa_places_read(path, &encoded, &text) < 0) {
        PyObject *plain[2] = {path, flags}; /* borrowed */
        PyErr_Clear();
        result = call_original(self, plain, 2, NULL); /* it says so itself */
    }
    else {
        result = open_path(self, path, text, flags, borrow_argument(args, count, names, 2, "mode"),
                           borrow_argument(args, count, names, -1, "dir_fd"));
        Py_XDECREF(encoded);
    }
    Py_DECREF(path);
    return result;
}

int
fa_os_open_install(void)
{
    return fa_interpose_named(&os_open_patch, "posix", NULL, "open") < 0 ? -1 : 0;
}
