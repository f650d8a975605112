/* file_signals.c: an open file that is to send signals, to any process, is asked about. */
#include "interpose/file_signals.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h> /* requests to sockets */

#include "interpose/interpose.h"

/* Whether a request to a device has it send signals, or says to whom. */
static bool
sends_signals(unsigned long request)
{
    static const unsigned long known[] = {
#ifdef FIOASYNC
        FIOASYNC,
#endif
#ifdef FIOSETOWN
        FIOSETOWN,
#endif
#ifdef SIOCSPGRP
        SIOCSPGRP,
#endif
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(known); i++) {
        if ((request & 0xFFFFFFFF) == (known[i] & 0xFFFFFFFF)) {
            return true;
        }
    }
    return false;
}

/* The same of a command for an open file. */
static bool
commands_signals(long command, PyObject *argument)
{
    switch (command) {
#ifdef F_NOTIFY
    case F_NOTIFY:
#endif
#ifdef F_SETLEASE
    case F_SETLEASE:
#endif
#ifdef F_SETSIG
    case F_SETSIG:
#endif
#ifdef F_SETOWN_EX
    case F_SETOWN_EX:
#endif
    case F_SETOWN:
        return true;
    case F_SETFL:
        /* What is no number is an address to CPython, whose bits say anything. */
        return argument != NULL && (!PyLong_Check(argument) || (PyLong_AsUnsignedLongMask(argument) & O_ASYNC) != 0);
    default:
        return false;
    }
}

enum { FILE_ARGUMENTS_MOST = 4 };

/* The arguments of a call, its numbers converted once: `given[1]` and, when it is one, `given[2]` are owned. Returns 1, 0 when
 * the function itself says what is wrong, or -1 with an exception set. */
static int
convert_numbers(PyObject *const *args, Py_ssize_t count, PyObject *names, PyObject *given[FILE_ARGUMENTS_MOST])
{
    if (count < 2 || count > FILE_ARGUMENTS_MOST || names != NULL || !PyIndex_Check(args[1])) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        given[i] = args[i];
    }
    given[1] = PyNumber_Index(args[1]);
    if (given[1] == NULL) {
        return -1;
    }
    if (count > 2) {
        given[2] = PyIndex_Check(args[2]) ? PyNumber_Index(args[2]) : Py_NewRef(args[2]);
        if (given[2] == NULL) {
            Py_DECREF(given[1]);
            return -1;
        }
    }
    return 1;
}

/* fcntl.fcntl(fd, command, arg=0, /) and fcntl.ioctl(fd, request, arg=0, mutate_flag=True, /), of which the event that CPython
 * raises says what else it has to. */
static PyObject *
act_on_file(const fa_patch *patch, const char *event, bool (*asks)(PyObject *, PyObject *), PyObject *self,
            PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *given[FILE_ARGUMENTS_MOST] = {NULL};

    int read = convert_numbers(args, count, names, given);
    if (read <= 0) {
        return read < 0 ? NULL : fa_interpose_call(patch, self, args, count, names);
    }
    PyObject *result = NULL;
    if (!asks(given[1], given[2]) || PySys_Audit(event, "OO", given[0], given[1]) == 0) {
        result = fa_interpose_call(patch, self, given, count, names);
    }
    Py_DECREF(given[1]);
    Py_XDECREF(given[2]);
    return result;
}

static bool
request_asks(PyObject *request, PyObject *Py_UNUSED(argument))
{
    return sends_signals(PyLong_AsUnsignedLongMask(request));
}

static bool
command_asks(PyObject *command, PyObject *argument)
{
    int overflow;
    return commands_signals(PyLong_AsLongAndOverflow(command, &overflow), argument);
}

#define ACTS_ON_FILE(NAME, ASKS)                                                                   \
    static PyObject *act_##NAME(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);            \
    FA_INTERPOSED(NAME, act_##NAME);                                                               \
    static PyObject *act_##NAME(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) \
    {                                                                                              \
        return act_on_file(&NAME##_patch, "fcntl." #NAME "/signals", ASKS, self, args, count, names); \
    }

ACTS_ON_FILE(fcntl, command_asks)
ACTS_ON_FILE(ioctl, request_asks)

int
fa_file_signals_install(PyObject *module)
{
    PyObject *fcntl_function = PyObject_GetAttrString(module, "fcntl");                                 /* owned */
    PyObject *ioctl_function = fcntl_function == NULL ? NULL : PyObject_GetAttrString(module, "ioctl"); /* owned */
    int status = ioctl_function == NULL || fa_interpose_function(&fcntl_patch, fcntl_function) < 0
                         || fa_interpose_function(&ioctl_patch, ioctl_function) < 0 ? -1 : 0;
    Py_XDECREF(fcntl_function);
    Py_XDECREF(ioctl_function);
    return status;
}
