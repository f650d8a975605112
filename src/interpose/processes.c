/* processes.c: fork_exec and exec: the files, arguments and variables that the event shows are those used. */
#include "interpose/processes.h"

#include <errno.h>
#include <unistd.h>

#include "authority/authority.h"
#include "classify/resolve.h"
#include "interpose/convert.h"
#include "interpose/interpose.h"

/* Where fork_exec takes what; how many more there are depends on the version. */
enum { ARGV, FILES, CLOSE_FDS, PASS_FDS, FOLDER, ENV, FORK_EXEC_LEAST = 20, FORK_EXEC_MOST = 32 };

int
fa_processes_announce(PyObject *files, PyObject *argv, PyObject *env, PyObject *folder)
{
    return PySys_Audit("_posixsubprocess.fork_exec", "OOOO", files, argv, env, folder);
}

static bool
is_relative(PyObject *file)
{
    return PyBytes_AS_STRING(file)[0] != '/'; /* the empty name too */
}

/* Whether CPython's own event, which has no folder, would leave something to judge. */
static bool
has_relative(PyObject *files)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(files); i++) {
        if (is_relative(PyTuple_GET_ITEM(files, i))) { /* bytes */
            return true;
        }
    }
    return false;
}

/* The folder that relative files count from: `folder`, itself counted from the process's. */
static PyObject *
locate_folder(PyObject *folder)
{
    fa_resolved here;

    if (folder != Py_None && !is_relative(folder)) {
        return Py_NewRef(folder);
    }
    int error = fa_resolve_directory(-1, &here);
    if (error != 0) {
        errno = error;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return folder == Py_None ? PyBytes_FromString(here.path)
                             : PyBytes_FromFormat("%s/%s", here.path, PyBytes_AS_STRING(folder));
}

/* The files by names that no change of directory can turn to others: between the judgement and exec
 * run preexec_fn and other threads. */
static PyObject *
make_absolute(PyObject *files, PyObject *folder)
{
    PyObject *from = locate_folder(folder);                                           /* owned */
    PyObject *absolute = from == NULL ? NULL : PyTuple_New(PyTuple_GET_SIZE(files)); /* owned */

    for (Py_ssize_t i = 0; absolute != NULL && i < PyTuple_GET_SIZE(files); i++) {
        PyObject *file = PyTuple_GET_ITEM(files, i); /* borrowed */
        PyObject *joined = !is_relative(file) ? Py_NewRef(file)
                                              : PyBytes_FromFormat("%s/%s", PyBytes_AS_STRING(from),
                                                                   PyBytes_AS_STRING(file)); /* owned */
        if (joined == NULL) {
            Py_CLEAR(absolute);
            break;
        }
        PyTuple_SET_ITEM(absolute, i, joined);
    }
    Py_XDECREF(from);
    return absolute;
}

/* A tuple of bytes from a sequence that has to hold bytes already. A TypeError where it does not, as
 * fork_exec itself raises before it forks. */
static PyObject *
convert_bytes(PyObject *sequence)
{
    PyObject *tuple = PySequence_Tuple(sequence); /* owned */
    for (Py_ssize_t i = 0; tuple != NULL && i < PyTuple_GET_SIZE(tuple); i++) {
        PyObject *item = PyTuple_GET_ITEM(tuple, i); /* borrowed */
        if (!PyBytes_Check(item)) {
            PyErr_Format(PyExc_TypeError, "expected bytes, %.200s found", Py_TYPE(item)->tp_name);
            Py_CLEAR(tuple);
        }
        else if (strlen(PyBytes_AS_STRING(item)) != (size_t)PyBytes_GET_SIZE(item)) {
            PyErr_SetString(PyExc_ValueError, "embedded null byte");
            Py_CLEAR(tuple);
        }
    }
    return tuple;
}

static PyObject *
convert_words(PyObject *sequence)
{
    if (sequence == Py_None) {
        return Py_NewRef(sequence);
    }
    PyObject *tuple = PySequence_Tuple(sequence); /* owned */
    if (tuple != NULL) {
        Py_SETREF(tuple, fa_convert_strings(tuple));
    }
    return tuple;
}

static PyObject *fork_exec(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);

FA_INTERPOSED(fork_exec, fork_exec);

/* subprocess, multiprocessing and whoever calls it by itself. The event shows every file that would be
 * tried; argv, environment and folder are converted once, and used. */
static PyObject *
fork_exec(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *plain[FORK_EXEC_MOST]; /* borrowed */
    PyObject *result = NULL;
    PyObject *argv = NULL, *files = NULL, *env = NULL; /* owned */
    PyObject *folder = NULL;                           /* owned: bytes or None */
    const fa_authority *authority;                     /* borrowed */

    if (count < FORK_EXEC_LEAST || count > FORK_EXEC_MOST ||
        (names != NULL && PyTuple_GET_SIZE(names) > 0)) {
        return fa_interpose_call(&fork_exec_patch, self, args, count, names); /* a TypeError of its own */
    }
    argv = convert_words(args[ARGV]);
    files = argv == NULL ? NULL : convert_bytes(args[FILES]);
    if (files != NULL) {
        env = args[ENV] == Py_None ? Py_NewRef(Py_None) : convert_bytes(args[ENV]);
    }
    if (env == NULL) {
        goto done;
    }
    if (args[FOLDER] == Py_None) {
        folder = Py_NewRef(Py_None);
    }
    else if (!PyUnicode_FSConverter(args[FOLDER], &folder)) {
        folder = NULL;
        goto done;
    }
    bool announces = !FA_FORK_EXEC_IS_AUDITED || has_relative(files);
    if (has_relative(files)) {
        int held = fa_authority_get(&authority);
        if (held > 0) {
            Py_SETREF(files, make_absolute(files, folder));
        }
        if (held < 0 || files == NULL) {
            goto done;
        }
    }
    if (announces) {
        PyObject *shown = argv == Py_None ? PyTuple_New(0) : Py_NewRef(argv); /* owned */
        int status = shown == NULL ? -1 : fa_processes_announce(files, shown, env, folder);
        Py_XDECREF(shown);
        if (status < 0) {
            goto done;
        }
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        plain[i] = args[i];
    }
    plain[ARGV] = argv;
    plain[FILES] = files;
    plain[ENV] = env;
    plain[FOLDER] = folder;
    fa_thread *thread = fa_authority_thread();
    long before = thread->starter; /* of a program that a preexec_fn starts */
    thread->starter = (long)getpid();
    result = fa_interpose_call(&fork_exec_patch, self, plain, count, NULL);
    thread->starter = before;

done:
    Py_XDECREF(argv);
    Py_XDECREF(files);
    Py_XDECREF(env);
    Py_XDECREF(folder);
    return result;
}

/* Replace the first `count` (path, argv, env) of an exec call by their conversions: new references in
 * `plain`, NULL where the built-in is to complain itself. Returns 0, or -1 with an exception set. */
static int
convert_exec(PyObject *const *args, Py_ssize_t count, PyObject *plain[3])
{
    if (!PyList_Check(args[1]) && !PyTuple_Check(args[1])) {
        return 0;
    }
    if (count == 3 && args[2] != Py_None && !PyMapping_Check(args[2])) {
        return 0;
    }
    plain[0] = fa_convert_path(args[0]);
    plain[1] = plain[0] == NULL ? NULL : fa_convert_strings(args[1]);
    if (plain[1] != NULL && count == 3) {
        plain[2] = fa_convert_env(args[2]);
    }
    return plain[count - 1] == NULL ? -1 : 0;
}

static PyObject *
exec_converted(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count,
               PyObject *names)
{
    PyObject *plain[3] = {NULL, NULL, NULL}; /* owned */
    PyObject *result = NULL;

    if (convert_exec(args, count, plain) == 0) {
        result = fa_interpose_call(patch, self, plain[0] != NULL ? plain : args, count, names);
    }
    Py_XDECREF(plain[0]);
    Py_XDECREF(plain[1]);
    Py_XDECREF(plain[2]);
    return result;
}

static PyObject *exec_inherit(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
static PyObject *exec_with_env(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);

FA_INTERPOSED(execv, exec_inherit);
FA_INTERPOSED(execve, exec_with_env);

/* os.execv(path, argv, /). A path object among argv could change the list while it is being converted. */
static PyObject *
exec_inherit(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (count != 2) {
        return fa_interpose_call(&execv_patch, self, args, count, names);
    }
    return exec_converted(&execv_patch, self, args, count, names);
}

/* os.execve(path, argv, env): any of them by keyword. */
static PyObject *
exec_with_env(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static const char *const words[] = {"path", "argv", "env"};
    PyObject *ordered[3] = {NULL, NULL, NULL}; /* borrowed */
    Py_ssize_t named = names == NULL ? 0 : PyTuple_GET_SIZE(names);

    if (count + named != 3) {
        return fa_interpose_call(&execve_patch, self, args, count, names);
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        ordered[i] = args[i];
    }
    for (Py_ssize_t i = 0; i < named; i++) {
        for (int at = 0; at < 3; at++) {
            if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), words[at]) == 0 &&
                ordered[at] == NULL) {
                ordered[at] = args[count + i];
            }
        }
    }
    if (ordered[0] == NULL || ordered[1] == NULL || ordered[2] == NULL) {
        return fa_interpose_call(&execve_patch, self, args, count, names);
    }
    return exec_converted(&execve_patch, self, ordered, 3, NULL);
}

int
fa_processes_install(void)
{
    if (fa_interpose_named(&fork_exec_patch, "_posixsubprocess", NULL, "fork_exec") < 0 ||
        fa_interpose_named(&execv_patch, "posix", NULL, "execv") < 0 ||
        fa_interpose_named(&execve_patch, "posix", NULL, "execve") < 0) {
        return -1;
    }
    return 0;
}
