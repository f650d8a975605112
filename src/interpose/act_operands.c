/* act_operands.c: the times that files are given, and what the events of acts on files show. */
#include "interpose/act_operands.h"

#include <math.h>

enum { NS_A_SECOND = 1000000000 };

/* A number that cannot change: by its one answer to __index__ (new reference). */
static PyObject *
plain_time(PyObject *item)
{
    return PyFloat_Check(item) || PyLong_Check(item) ? Py_NewRef(item) : PyNumber_Index(item);
}

PyObject *
fa_act_times_convert(PyObject *pair)
{
    PyObject *first = plain_time(PyTuple_GET_ITEM(pair, 0));                         /* owned */
    PyObject *second = first == NULL ? NULL : plain_time(PyTuple_GET_ITEM(pair, 1)); /* owned */

    if (second == NULL) {
        Py_XDECREF(first);
        return NULL;
    }
    return Py_BuildValue("NN", first, second);
}

/* One time in seconds, as a float or an integer; 0 when it is neither, or out of every range. */
static int
read_seconds(PyObject *object, struct timespec *time)
{
    if (PyFloat_Check(object)) {
        double whole, part = modf(PyFloat_AS_DOUBLE(object), &whole) * NS_A_SECOND;
        part = floor(part);
        if (part < 0) {
            part += NS_A_SECOND;
            whole -= 1.0;
        }
        if (!(whole >= -9.2e18 && whole <= 9.2e18)) { /* or no number */
            return 0;
        }
        *time = (struct timespec){.tv_sec = (time_t)whole, .tv_nsec = (long)part};
        return 1;
    }
    if (!PyLong_Check(object)) {
        return 0;
    }
    int overflow;
    *time = (struct timespec){.tv_sec = (time_t)PyLong_AsLongLongAndOverflow(object, &overflow)};
    return overflow == 0;
}

/* -1 with an exception set when it is out of range: the built-in would do it, by a name of its own. */
static int
read_nanoseconds(PyObject *object, struct timespec *time)
{
    int overflow;

    if (!PyLong_Check(object)) {
        return 0;
    }
    long long all = PyLong_AsLongLongAndOverflow(object, &overflow);
    long long rest = all % NS_A_SECOND;
    rest += rest < 0 ? NS_A_SECOND : 0;
    *time = (struct timespec){.tv_sec = (time_t)((all - rest) / NS_A_SECOND), .tv_nsec = (long)rest};
    if (overflow != 0 || all < INT64_MIN + NS_A_SECOND) { /* from 2262 on, or before 1678 */
        PyErr_SetString(PyExc_OverflowError, "timestamp out of range for platform time_t");
        return -1;
    }
    return 1;
}

int
fa_act_times_read(PyObject *pair, bool ns, struct timespec times[2])
{
    int found = 1;

    for (int i = 0; found > 0 && i < 2; i++) {
        PyObject *item = PyTuple_GET_ITEM(pair, i); /* borrowed */
        found = ns ? read_nanoseconds(item, &times[i]) : read_seconds(item, &times[i]);
    }
    return found;
}

PyObject *
fa_act_operands_build(const fa_os_call *act, PyObject *attribute, PyObject *times, PyObject *ns)
{
    const fa_errand *errand = &act->errand;
    PyObject *first = act->by_number ? PyLong_FromLong(act->number) : Py_NewRef(act->shown[0]); /* owned */

    if (first == NULL) {
        return NULL;
    }
    switch (errand->deed) {
    case FA_DO_CHMOD:
        return Py_BuildValue("Nii", first, (int)errand->mode, act->dir_fd[0]);
    case FA_DO_CHOWN:
        return Py_BuildValue("NIIi", first, (unsigned)errand->owner, (unsigned)errand->group, act->dir_fd[0]);
    case FA_DO_LINK:
    case FA_DO_RENAME:
        return Py_BuildValue("NOii", first, act->shown[1], act->dir_fd[0], act->dir_fd[1]);
    case FA_DO_MKDIR:
    case FA_DO_MKFIFO:
    case FA_DO_MKNOD:
        return Py_BuildValue("Nii", first, (int)errand->mode, act->dir_fd[0]);
    case FA_DO_REMOVE:
    case FA_DO_RMDIR:
        return Py_BuildValue("Ni", first, act->dir_fd[0]);
    case FA_DO_REMOVEXATTR:
        return Py_BuildValue("NO", first, attribute);
    case FA_DO_SETXATTR:
        return Py_BuildValue("NOy#i", first, attribute, errand->value, (Py_ssize_t)errand->size, errand->flags);
    case FA_DO_SYMLINK:
        return Py_BuildValue("NOi", first, act->shown[1], act->dir_fd[1]);
    case FA_DO_TRUNCATE:
        return Py_BuildValue("NL", first, (long long)errand->length);
    case FA_DO_UTIME:
        return Py_BuildValue("NOOi", first, times == NULL ? Py_None : times, ns == NULL ? Py_None : ns, act->dir_fd[0]);
    }
    Py_DECREF(first);
    return NULL;
}
