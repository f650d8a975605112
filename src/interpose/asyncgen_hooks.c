/* asyncgen_hooks.c: what is called when an asynchronous generator begins, or is let go of, carries what is in force. */
#include "interpose/asyncgen_hooks.h"

#include "authority/authority.h"
#include "interpose/carry.h"
#include "interpose/interpose.h"

/* They are the thread's: whoever uses such a generator next in this thread calls them. */

static PyObject *set_hooks(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(set_hooks, set_hooks);

/* Which of the two an argument is; -1: neither, which the original says. */
static int
which(Py_ssize_t at, Py_ssize_t count, PyObject *names)
{
    static const char *const hooks[] = {"firstiter", "finalizer"};
    if (at < count) {
        return at < 2 ? (int)at : -1;
    }
    PyObject *name = PyTuple_GET_ITEM(names, at - count);
    return PyUnicode_CompareWithASCIIString(name, hooks[0]) == 0 ? 0
         : PyUnicode_CompareWithASCIIString(name, hooks[1]) == 0 ? 1 : -1;
}

/* What is given instead of an argument (new reference): a carrier, or what the host had put there. */
static PyObject *
carried(fa_interpreter *here, int hook, PyObject *given)
{
    if (hook < 0 || !PyCallable_Check(given)) {
        return Py_NewRef(given);
    }
    PyObject *now = PyObject_CallNoArgs(here->pools->asyncgen_get); /* owned: a structure of two */
    PyObject *made = NULL;
    if (now != NULL) {
        made = fa_carry_in_place(here, given, PyTuple_GET_ITEM(now, hook));
    }
    Py_XDECREF(now);
    return made;
}

static PyObject *
set_hooks(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    fa_interpreter *here = fa_state_here();
    PyObject *given[2] = {NULL, NULL}; /* owned */
    Py_ssize_t all = count + (names == NULL ? 0 : PyTuple_GET_SIZE(names));
    int inside = here == NULL || here->pools == NULL || all > 2 ? 0 : fa_authority_is_inside();
    if (inside <= 0) {
        return inside < 0 ? NULL : fa_interpose_call(&set_hooks_patch, self, args, count, names);
    }
    PyObject *result = NULL;
    bool whole = true;
    for (Py_ssize_t i = 0; i < all && whole; i++) {
        given[i] = carried(here, which(i, count, names), args[i]);
        whole = given[i] != NULL;
    }
    if (whole) {
        result = fa_interpose_call(&set_hooks_patch, self, given, count, names);
    }
    Py_XDECREF(given[1]);
    Py_XDECREF(given[0]);
    return result;
}

int
fa_asyncgen_hooks_install(fa_pools *pools)
{
    PyObject *get = PySys_GetObject("get_asyncgen_hooks"); /* borrowed */
    if (get == NULL || !PyCFunction_CheckExact(get)) {
        PyErr_SetString(PyExc_TypeError, "fastaudit cannot interpose sys.set_asyncgen_hooks: something else is there");
        return -1;
    }
    Py_XSETREF(pools->asyncgen_get, Py_NewRef(get));
    return fa_interpose_named(&set_hooks_patch, "sys", NULL, "set_asyncgen_hooks") < 0 ? -1 : 0;
}
