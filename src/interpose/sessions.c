/* sessions.c: leaving the process group or the session that the host is in is asked about. */
#include "interpose/sessions.h"

#include <unistd.h>

#include "authority/authority.h"
#include "interpose/convert.h"
#include "interpose/interpose.h"

/* Whether a program is being started in this process by subprocess, and its preexec_fn runs: what it joins and leaves
 * is the program's, as with start_new_session=True. */
static bool
is_being_started(void)
{
    long starter = fa_authority_thread()->starter;
    return starter != 0 && starter != (long)getpid();
}

static PyObject *
leave(const fa_patch *patch, const char *event, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (!is_being_started() && PySys_Audit(event, NULL) < 0) {
        return NULL;
    }
    return fa_interpose_call(patch, self, args, count, names);
}

#define LEAVES(NAME)                                                                               \
    static PyObject *leave_by_##NAME(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);       \
    FA_INTERPOSED(NAME, leave_by_##NAME);                                                          \
    static PyObject *leave_by_##NAME(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) \
    {                                                                                              \
        return leave(&NAME##_patch, "os." #NAME, self, args, count, names);                        \
    }

LEAVES(setpgrp)
LEAVES(setsid)
LEAVES(login_tty) /* leaves the session, then takes a terminal for the process's own streams */

/* os.setpgid(pid, pgrp, /): of a child of one's own it needs nothing. */
static PyObject *set_group(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(setpgid, set_group);

static PyObject *
set_group(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *given[2] = {NULL, NULL}; /* owned */
    PyObject *result = NULL;

    if (count != 2 || names != NULL || !PyIndex_Check(args[0]) || !PyIndex_Check(args[1])) {
        return fa_interpose_call(&setpgid_patch, self, args, count, names); /* it says what is wrong */
    }
    given[0] = fa_convert_integer(args[0]);
    given[1] = given[0] == NULL ? NULL : fa_convert_integer(args[1]);
    if (given[1] != NULL && (is_being_started() || PySys_Audit("os.setpgid", "OO", given[0], given[1]) == 0)) {
        result = fa_interpose_call(&setpgid_patch, self, given, 2, NULL);
    }
    Py_XDECREF(given[0]);
    Py_XDECREF(given[1]);
    return result;
}

int
fa_sessions_install(void)
{
    return fa_interpose_named(&setpgid_patch, "posix", NULL, "setpgid") < 0
                   || fa_interpose_named(&setpgrp_patch, "posix", NULL, "setpgrp") < 0
                   || fa_interpose_named(&login_tty_patch, "posix", NULL, "login_tty") < 0
                   || fa_interpose_named(&setsid_patch, "posix", NULL, "setsid") < 0 ? -1 : 0;
}
