/* threads.c: new threads carry the authority of whoever starts them. */
#include "interpose/threads.h"

#include "authority/authority.h"
#include "interpose/carry.h"
#include "interpose/interpose.h"
#include "interpose/pools.h"

static PyObject *start_new_thread(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
static PyObject *start_new(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
static PyObject *start_joinable(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(start_new_thread, start_new_thread);
FA_INTERPOSED(start_new, start_new);
FA_INTERPOSED(start_joinable, start_joinable);

/* The argument that is called in the new thread: the first, or the one named `function`. */
static Py_ssize_t
index_of_function(Py_ssize_t count, PyObject *names)
{
    if (count > 0) {
        return 0;
    }
    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names); i++) {
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), "function") == 0) {
            return i;
        }
    }
    return -1;
}

static PyObject *
start(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    fa_interpreter *here = fa_state_here();
    const fa_authority *authority;
    int found = fa_authority_get(&authority);
    Py_ssize_t at = index_of_function(count, names);
    if (found < 0) {
        return NULL;
    }
#if FA_THREAD_START_IS_SILENT
    if (found > 0 && at >= 0 && PySys_Audit("_thread.start_new_thread", "OOO", args[at], Py_None, Py_None) < 0) {
        return NULL;
    }
    found = fa_authority_get(&authority);
#endif
    if (found <= 0 || here == NULL || authority->box_count == 0 || at < 0 || !PyCallable_Check(args[at])) {
        return found < 0 ? NULL : fa_interpose_call(patch, self, args, count, names);
    }
    int neutral = fa_pools_starts_neutral(here, args[at]);
    if (neutral != 0) {
        return neutral < 0 ? NULL : fa_interpose_call(patch, self, args, count, names);
    }
    if (fa_authority_get(&authority) < 0) {
        return NULL;
    }
    fa_node *chain = fa_authority_chain(here, authority);                           /* owned */
    PyObject *carrier = chain == NULL ? NULL : fa_carry_new(here, args[at], chain); /* owned */
    PyObject *result = carrier == NULL ? NULL : fa_interpose_call_with(patch, self, args, count, names, at, carrier);
    Py_XDECREF(carrier);
    Py_XDECREF(chain);
    return result;
}

static PyObject *
start_new_thread(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return start(&start_new_thread_patch, self, args, count, names);
}

static PyObject *
start_new(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return start(&start_new_patch, self, args, count, names);
}

static PyObject *
start_joinable(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return start(&start_joinable_patch, self, args, count, names);
}

int
fa_threads_install(fa_interpreter *Py_UNUSED(here))
{
    int status = fa_interpose_named(&start_new_thread_patch, "_thread", NULL, "start_new_thread");
    if (status > 0) {
        status = fa_interpose_named(&start_new_patch, "_thread", NULL, "start_new");
    }
    if (status >= 0) {
        status = fa_interpose_named(&start_joinable_patch, "_thread", NULL, "start_joinable_thread");
    }
    return status < 0 ? -1 : 0;
}
