/* traces.c: setting the trace function that is set already changes nothing, so it asks nothing. */
#include "interpose/traces.h"

#include "authority/authority.h"
#include "interpose/interpose.h"

/* The events of both carry no operand, so the hook cannot tell. doctest puts back what it found after
 * every example, which mostly is None. */
static PyObject *
set_function(const fa_patch *patch, bool traces, PyObject *self, PyObject *const *args, Py_ssize_t count,
             PyObject *names)
{
    const fa_authority *authority; /* borrowed */

    int held = fa_authority_get(&authority);
    if (held < 0) {
        return NULL;
    }
    if (held > 0 && count == 1) {
        PyThreadState *thread = PyThreadState_Get(); /* borrowed */
        PyObject *now = traces ? thread->c_traceobj : thread->c_profileobj; /* borrowed */
        if (args[0] == (now == NULL ? Py_None : now)) {
            Py_RETURN_NONE;
        }
    }
    return fa_interpose_call(patch, self, args, count, names);
}

static PyObject *set_trace(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);
static PyObject *set_profile(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);

FA_INTERPOSED(settrace, set_trace);
FA_INTERPOSED(setprofile, set_profile);

static PyObject *
set_trace(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return set_function(&settrace_patch, true, self, args, count, names);
}

static PyObject *
set_profile(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return set_function(&setprofile_patch, false, self, args, count, names);
}

int
fa_traces_install(void)
{
    if (fa_interpose_named(&settrace_patch, "sys", NULL, "settrace") < 0) {
        return -1;
    }
    return fa_interpose_named(&setprofile_patch, "sys", NULL, "setprofile") < 0 ? -1 : 0;
}
