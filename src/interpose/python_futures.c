/* python_futures.c: callbacks of futures of asyncio's Python implementation carry what is in force. */
#include "interpose/python_futures.h"

#include "authority/gate.h"
#include "interpose/loops.h"
#include "interpose/redirect.h"

/* ---- _PyFuture.add_done_callback(self, fn, *, context=None) ---- */

enum { SELF, CALLBACK, POSITIONAL, CONTEXT = POSITIONAL, ALL };

static PyObject *
add_done_callback(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_pools_here();
    PyObject *given[2] = {NULL, NULL}; /* owned */
    if (here == NULL) {
        return NULL;
    }
    PyObject *original = here->pools->future_add;
    if (!fa_gate_is_open()) {
        return PyObject_Vectorcall(original, args, flags, names);
    }
    if (PyVectorcall_NARGS(flags) != POSITIONAL || names == NULL || PyTuple_GET_SIZE(names) != ALL - POSITIONAL) {
        PyErr_SetString(PyExc_TypeError, "fastaudit does not know this way of asyncio's to add a callback");
        return NULL;
    }
    if (fa_loops_exchange(here, args[CALLBACK], args[CONTEXT], given) < 0) {
        return NULL;
    }
    PyObject *changed[ALL] = {args[SELF], given[0], given[1]}; /* borrowed */
    PyObject *result = PyObject_Vectorcall(original, changed, POSITIONAL, names);
    Py_DECREF(given[0]);
    Py_DECREF(given[1]);
    return result;
}

void
fa_python_futures_install(fa_pools *pools, PyObject *module)
{
    PyObject *type = PyObject_GetAttrString(module, "_PyFuture"); /* owned */
    if (type != NULL) {
        (void)fa_redirect(pools->redirect_type, type, "add_done_callback", add_done_callback, &pools->future_add);
    }
    fa_known_forgive(&pools->lacked); /* half imported, or another asyncio than we know */
    Py_XDECREF(type);
}
