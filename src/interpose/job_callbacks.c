/* job_callbacks.c: callbacks of jobs of concurrent.futures carry what is in force. */
#include "interpose/job_callbacks.h"

#include "authority/authority.h"
#include "authority/gate.h"
#include "interpose/carry.h"
#include "interpose/redirect.h"

#define MODULE "concurrent.futures._base"

enum { SELF, CALLBACK, ALL };

/* Whoever completes a job reports what a callback raises: what it raises shows itself then. So it is reported here, by the
 * same logger and in the same words, under what the callback carries. */
static void
report(PyObject *job, PyObject *error)
{
    PyObject *module = PyImport_ImportModule(MODULE);                         /* owned */
    PyObject *logger = module == NULL ? NULL : PyObject_GetAttrString(module, "LOGGER");          /* owned */
    PyObject *tell = logger == NULL ? NULL : PyObject_GetAttrString(logger, "error");             /* owned */
    PyObject *args = Py_BuildValue("sO", "exception calling callback for %r", job);               /* owned */
    PyObject *named = tell == NULL || args == NULL ? NULL : Py_BuildValue("{sO}", "exc_info", error); /* owned */
    PyObject *result = named == NULL ? NULL : PyObject_Call(tell, args, named);                   /* owned */

    if (result == NULL) {
        PyErr_WriteUnraisable(job);
    }
    Py_XDECREF(result);
    Py_XDECREF(named);
    Py_XDECREF(args);
    Py_XDECREF(tell);
    Py_XDECREF(logger);
    Py_XDECREF(module);
}

/* The callback, which is `self`. Nothing that it raises goes further: in a pool that would end the worker, which shows it. */
static PyObject *
call_reported(PyObject *self, PyObject *job)
{
    PyObject *result = PyObject_CallOneArg(self, job);
    if (result != NULL) {
        return result;
    }
    PyObject *error = PyErr_GetRaisedException(); /* owned */
    if (PyErr_GivenExceptionMatches(error, PyExc_KeyboardInterrupt)) { /* somebody wants all of it to end */
        PyErr_SetNone(PyExc_KeyboardInterrupt);
    }
    else {
        report(job, error);
        result = Py_NewRef(Py_None);
    }
    Py_DECREF(error);
    return result;
}

static PyMethodDef reported = {"callback", call_reported, METH_O, NULL};

static PyObject *
add_done_callback(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_pools_here();
    if (here == NULL) {
        return NULL;
    }
    PyObject *original = here->pools->job_add;
    int inside = fa_gate_is_open() ? fa_authority_is_inside() : 0;
    if (inside <= 0) {
        return inside < 0 ? NULL : PyObject_Vectorcall(original, args, flags, names);
    }
    if (PyVectorcall_NARGS(flags) != ALL || names != NULL) {
        PyErr_SetString(PyExc_TypeError, "fastaudit does not know this way of concurrent.futures to add a callback");
        return NULL;
    }
    PyObject *callback = PyCFunction_New(&reported, args[CALLBACK]);                 /* owned */
    PyObject *carrier = callback == NULL ? NULL : fa_carry_here(here, callback);     /* owned */
    PyObject *changed[ALL] = {args[SELF], carrier};                                  /* borrowed */
    PyObject *result = carrier == NULL ? NULL : PyObject_Vectorcall(original, changed, ALL, NULL);
    Py_XDECREF(carrier);
    Py_XDECREF(callback);
    return result;
}

int
fa_job_callbacks_install(fa_pools *pools)
{
    PyObject *module = PyImport_ImportModule(MODULE);                                   /* owned */
    PyObject *type = module == NULL ? NULL : PyObject_GetAttrString(module, "Future");  /* owned */
    int status = type == NULL ? -1 : fa_redirect(pools->redirect_type, type, "add_done_callback", add_done_callback, &pools->job_add);
    Py_XDECREF(type);
    Py_XDECREF(module);
    return status;
}
