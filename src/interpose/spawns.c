/* spawns.c: os.posix_spawn and os.posix_spawnp: where they search, and what their file actions open. */
#include "interpose/spawns.h"

#include <stdlib.h>

#include "interpose/convert.h"
#include "interpose/interpose.h"
#include "interpose/processes.h"

#define ARGUMENTS_MOST 16    /* of posix_spawn, by any version */
#define SPAWN_OPEN 0         /* os.POSIX_SPAWN_OPEN */
#define DEFAULT_PATH "/bin:/usr/bin" /* where the C library searches without PATH */

/* (tag, fd, path, flags, mode) of an opening, converted once; the act is judged as an opening. */
static PyObject *
convert_open(PyObject *tag, PyObject *action)
{
    PyObject *result = NULL;
    PyObject *path = NULL;  /* owned: bytes */
    PyObject *flags = NULL; /* owned */

    if (PyTuple_GET_SIZE(action) != 5) {
        PyErr_SetString(PyExc_TypeError, "A open file_action tuple must have 5 elements");
        return NULL;
    }
    flags = fa_convert_integer(PyTuple_GET_ITEM(action, 3));
    if (flags != NULL && PyUnicode_FSConverter(PyTuple_GET_ITEM(action, 2), &path) &&
        PySys_Audit("open", "OOO", path, Py_None, flags) == 0) {
        result = PyTuple_Pack(5, tag, PyTuple_GET_ITEM(action, 1), path, flags, PyTuple_GET_ITEM(action, 4));
    }
    Py_XDECREF(flags);
    Py_XDECREF(path);
    return result;
}

/* One action as the built-in will see it. Not a tuple, or empty: as it is, for the built-in to refuse. */
static PyObject *
convert_action(PyObject *action)
{
    if (!PyTuple_Check(action) || PyTuple_GET_SIZE(action) == 0) {
        return Py_NewRef(action);
    }
    PyObject *tag = fa_convert_integer(PyTuple_GET_ITEM(action, 0)); /* owned */
    PyObject *result = NULL;                                         /* owned */
    if (tag == NULL) {
        return NULL;
    }
    if (PyLong_AsLong(tag) == SPAWN_OPEN) {
        result = convert_open(tag, action);
    }
    else {
        result = PyTuple_New(PyTuple_GET_SIZE(action));
        for (Py_ssize_t i = 0; result != NULL && i < PyTuple_GET_SIZE(action); i++) {
            PyTuple_SET_ITEM(result, i, Py_NewRef(i == 0 ? tag : PyTuple_GET_ITEM(action, i)));
        }
    }
    Py_DECREF(tag);
    return result;
}

static PyObject *
convert_actions(PyObject *actions)
{
    PyObject *given = actions == Py_None ? PyTuple_New(0) : PySequence_Tuple(actions); /* owned */
    PyObject *result = given == NULL ? NULL : PyTuple_New(PyTuple_GET_SIZE(given));    /* owned */

    for (Py_ssize_t i = 0; result != NULL && i < PyTuple_GET_SIZE(given); i++) {
        PyObject *action = convert_action(PyTuple_GET_ITEM(given, i));
        if (action == NULL) {
            Py_CLEAR(result);
            break;
        }
        PyTuple_SET_ITEM(result, i, action);
    }
    Py_XDECREF(given);
    return result;
}

/* Every file that posix_spawnp tries for a name without a slash, as the C library goes through the PATH
 * of this process; for posix_spawn the name itself. A tuple of bytes. */
static PyObject *
list_files(PyObject *name, bool search)
{
    if (!search) {
        return PyTuple_Pack(1, name);
    }
    PyObject *list = PyList_New(0); /* owned; then a tuple */
    const char *at = getenv("PATH");
    if (at == NULL) {
        at = DEFAULT_PATH;
    }
    while (list != NULL) {
        size_t length = strcspn(at, ":");
        const char *slash = length == 0 ? "" : "/"; /* an empty entry is the current directory */
        PyObject *folder = PyBytes_FromStringAndSize(at, (Py_ssize_t)length); /* owned */
        PyObject *file = folder == NULL ? NULL
                                        : PyBytes_FromFormat("%s%s%s", PyBytes_AS_STRING(folder), slash,
                                                             PyBytes_AS_STRING(name)); /* owned */
        if (file == NULL || PyList_Append(list, file) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(folder);
        Py_XDECREF(file);
        if (at[length] == '\0') {
            break;
        }
        at += length + 1;
    }
    if (list != NULL) {
        Py_SETREF(list, PyList_AsTuple(list));
    }
    return list;
}

/* A name without a slash is searched or not: the event of the built-in does not tell, so ours does. */
static int
announce_files(PyObject *path, PyObject *argv, PyObject *env, bool search)
{
    PyObject *name = NULL;  /* owned: bytes */
    PyObject *files = NULL; /* owned */
    int status = -1;

    if (!PyUnicode_FSConverter(path, &name)) {
        return -1;
    }
    if (strchr(PyBytes_AS_STRING(name), '/') != NULL) {
        status = 0;
    }
    else {
        files = list_files(name, search);
        if (files != NULL) {
            status = fa_processes_announce(files, argv, env, Py_None);
        }
    }
    Py_XDECREF(files);
    Py_DECREF(name);
    return status;
}

/* posix_spawn(path, argv, env, /, *, file_actions=…, …) with its operands converted once. */
static PyObject *
spawn_converted(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count,
                PyObject *names, bool search)
{
    PyObject *plain[ARGUMENTS_MOST]; /* borrowed */
    PyObject *path = NULL, *argv = NULL, *env = NULL, *actions = NULL; /* owned */
    PyObject *result = NULL;
    Py_ssize_t named = names == NULL ? 0 : PyTuple_GET_SIZE(names);

    if (count != 3 || named > ARGUMENTS_MOST - 3 || (!PyList_Check(args[1]) && !PyTuple_Check(args[1])) ||
        (args[2] != Py_None && !PyMapping_Check(args[2]))) {
        return fa_interpose_call(patch, self, args, count, names); /* a TypeError of its own */
    }
    path = fa_convert_path(args[0]);
    argv = path == NULL ? NULL : fa_convert_strings(args[1]);
    env = argv == NULL ? NULL : fa_convert_env(args[2]);
    if (env == NULL || announce_files(path, argv, env, search) < 0) {
        goto done;
    }
    plain[0] = path;
    plain[1] = argv;
    plain[2] = env;
    for (Py_ssize_t i = 0; i < named; i++) {
        plain[3 + i] = args[3 + i];
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), "file_actions") == 0) {
            Py_XSETREF(actions, convert_actions(args[3 + i]));
            if (actions == NULL) {
                goto done;
            }
            plain[3 + i] = actions;
        }
    }
    result = fa_interpose_call(patch, self, plain, 3, names);

done:
    Py_XDECREF(path);
    Py_XDECREF(argv);
    Py_XDECREF(env);
    Py_XDECREF(actions);
    return result;
}

static PyObject *spawn(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
static PyObject *spawn_searching(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);

FA_INTERPOSED(posix_spawn, spawn);
FA_INTERPOSED(posix_spawnp, spawn_searching);

static PyObject *
spawn(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return spawn_converted(&posix_spawn_patch, self, args, count, names, false);
}

static PyObject *
spawn_searching(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return spawn_converted(&posix_spawnp_patch, self, args, count, names, true);
}

int
fa_spawns_install(void)
{
    if (fa_interpose_named(&posix_spawn_patch, "posix", NULL, "posix_spawn") < 0 ||
        fa_interpose_named(&posix_spawnp_patch, "posix", NULL, "posix_spawnp") < 0) {
        return -1;
    }
    return 0;
}
