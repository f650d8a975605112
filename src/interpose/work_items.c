/* work_items.c: what an executor is to run carries what its giver is held to, whatever queue it waits in. */
#include "interpose/work_items.h"

#include "authority/authority.h"
#include "authority/gate.h"
#include "interpose/carry.h"
#include "interpose/redirect.h"

/* A class derived from ThreadPoolExecutor may have a queue of its own kind, with a bound or an order, that puts nothing
 * through what pools.c looks at. Each of them hands its threads items, and those are made where the job is given. */

enum { CALLABLE = 2 }; /* (self, future, fn, args, kwargs); from 3.14 on (self, future, (fn, args, kwargs)) */

/* `job` with a carrier in the place of what is called (new reference, NULL with an exception set). */
static PyObject *
carrying(fa_interpreter *here, PyObject *job, fa_node *chain)
{
    if (!PyTuple_CheckExact(job)) {
        return PyCallable_Check(job) ? fa_carry_new(here, job, chain) : Py_NewRef(job);
    }
    PyObject *changed = PyTuple_New(PyTuple_GET_SIZE(job));
    for (Py_ssize_t i = 0; changed != NULL && i < PyTuple_GET_SIZE(job); i++) {
        PyObject *part = PyTuple_GET_ITEM(job, i); /* borrowed */
        part = i == 0 && PyCallable_Check(part) ? fa_carry_new(here, part, chain) : Py_NewRef(part);
        if (part == NULL) {
            Py_CLEAR(changed);
            break;
        }
        PyTuple_SET_ITEM(changed, i, part);
    }
    return changed;
}

static PyObject *
make_item(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_pools_here();
    const fa_authority *authority;
    if (here == NULL) {
        return NULL;
    }
    PyObject *original = here->pools->item_init; /* borrowed */
    Py_ssize_t count = PyVectorcall_NARGS(flags);
    int found = fa_gate_is_open() ? fa_authority_get(&authority) : 0;
    if (found < 0) {
        return NULL;
    }
    if (found == 0 || authority->box_count == 0 || names != NULL || count <= CALLABLE) {
        return PyObject_Vectorcall(original, args, flags, names);
    }
    fa_node *chain = fa_authority_chain(here, authority);                                         /* owned */
    PyObject *job = chain == NULL ? NULL : carrying(here, args[CALLABLE], chain);                 /* owned */
    PyObject *result = job == NULL ? NULL : fa_redirect_call_with(original, args, flags, names, CALLABLE, job);
    Py_XDECREF(job);
    Py_XDECREF(chain);
    return result;
}

int
fa_work_items_install(fa_pools *pools)
{
    return fa_redirect(pools->redirect_type, (PyObject *)pools->item, "__init__", make_item, &pools->item_init);
}
