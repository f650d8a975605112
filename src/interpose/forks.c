/* forks.c: os.spawn* fork and then run a command: what counts is the command. */
#include "interpose/forks.h"

#include <unistd.h>

#include "authority/authority.h"
#include "interpose/known.h"
#include "interpose/redirect.h"

#define EXECS 4

/* What an interpreter knows of os. One a process is enough: only the main interpreter may fork. */
static struct {
    PyObject *original;     /* owned: what os._spawnvef did */
    PyObject *execs[EXECS]; /* owned: the functions that it may call in the child */
    fa_known codes[EXECS];  /* of those that are Python functions */
} spawning;

static const char *const exec_names[EXECS] = {"execv", "execve", "execvp", "execvpe"};

/* Whether `function` is one of the four, unchanged. */
static bool
is_exec(PyObject *function)
{
    for (int i = 0; i < EXECS; i++) {
        if (function == spawning.execs[i]) {
            return spawning.codes[i].code == NULL || fa_known_is(&spawning.codes[i], function);
        }
    }
    return false;
}

/* os._spawnvef(mode, file, args, env, func): judge the command here, where a refusal can be read; then let the
 * one fork go that brings it about. The child is held as its parent is, and its exec is judged again, by the
 * files it really tries. */
static PyObject *
spawn(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    const fa_authority *authority;
    int found = fa_authority_get(&authority);
    if (found < 0) {
        return NULL;
    }
    if (found == 0 || PyVectorcall_NARGS(flags) != 5 || !is_exec(args[4])) {
        return PyObject_Vectorcall(spawning.original, args, flags, names);
    }
    if (PySys_Audit("os.posix_spawn", "OOO", args[1], args[2], args[3]) < 0) {
        return NULL;
    }
    fa_thread *thread = fa_authority_thread();
    thread->may_fork = true;
    thread->spawner = (long)getpid();
    PyObject *result = PyObject_Vectorcall(spawning.original, args, flags, names);
    thread->may_fork = false;
    thread->spawner = 0;
    return result;
}

int
fa_forks_install(fa_interpreter *Py_UNUSED(here))
{
    if (spawning.original != NULL) {
        return 0;
    }
    int status = -1;
    PyObject *os = PyImport_ImportModule("os"); /* owned */
    if (os == NULL || !PyObject_HasAttrString(os, "_spawnvef")) {
        Py_XDECREF(os);
        return os == NULL ? -1 : 0; /* a system without fork */
    }
    PyTypeObject *type = NULL; /* owned */
    for (int i = 0; i < EXECS; i++) {
        Py_XSETREF(spawning.execs[i], PyObject_GetAttrString(os, exec_names[i]));
        if (spawning.execs[i] == NULL ||
            (PyFunction_Check(spawning.execs[i]) && fa_known_note(&spawning.codes[i], os, exec_names[i]) < 0)) {
            goto done;
        }
    }
    type = fa_redirect_type();
    if (type != NULL) {
        status = fa_redirect(type, os, "_spawnvef", spawn, &spawning.original);
    }

done:
    Py_XDECREF(type);
    Py_DECREF(os);
    return status;
}
