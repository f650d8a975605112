/* failures.c: what a callback of a loop raises is told to the loop under what holds the callback. */
#include "interpose/failures.h"

#include "authority/authority.h"
#include "authority/chain.h"

/* asyncio's Handle catches what a callback raised behind Context.run(), and has the callback, its arguments and the
 * exception show themselves there: code of a guest, outside of its scope. uvloop's does it inside, as here. */

bool
fa_failures_tell(fa_interpreter *here, PyObject *callback, PyObject *const *args, Py_ssize_t count)
{
    if (here == NULL || here->pools == NULL || here->pools->tell == NULL || PyErr_ExceptionMatches(PyExc_SystemExit) ||
        PyErr_ExceptionMatches(PyExc_KeyboardInterrupt)) {
        return false; /* loops end with these */
    }
    PyObject *raised = PyErr_GetRaisedException(); /* owned */
    PyObject *given = PyTuple_New(count);          /* owned */
    for (Py_ssize_t i = 0; given != NULL && i < count; i++) {
        PyTuple_SET_ITEM(given, i, Py_NewRef(args[i]));
    }
    PyObject *told = given == NULL ? NULL
                   : PyObject_CallFunctionObjArgs(here->pools->tell, callback, given, raised, NULL); /* owned */
    Py_XDECREF(given);
    if (told == NULL && (PyErr_ExceptionMatches(PyExc_SystemExit) || PyErr_ExceptionMatches(PyExc_KeyboardInterrupt))) {
        Py_DECREF(raised);
        return false;
    }
    if (told == NULL) {
        PyErr_WriteUnraisable(NULL); /* shown to nobody else: that would be outside */
    }
    Py_XDECREF(told);
    Py_DECREF(raised);
    return true;
}

/* Whether a chain has anything that is not in force here. */
static bool
is_more(const fa_node *chain, const fa_authority *authority)
{
    bool more = false;
    for (; chain != NULL && !more; chain = chain->outer) {
        more = chain->box != NULL;
        for (uint32_t i = 0; more && i < authority->box_count; i++) {
            more = authority->boxes[i] != chain->box;
        }
    }
    return more;
}

/* Whether there is: 1, 0, or -1 with another exception set. */
static int
holds_more(fa_interpreter *here, PyObject *context)
{
    const fa_authority *authority;
    fa_node *chain; /* owned */
    if (fa_chain_get(here, context, &chain) < 0) {
        return -1;
    }
    int found = chain == NULL ? 0 : fa_authority_get(&authority);
    if (found == 0 && chain != NULL) {
        static const fa_authority nothing;
        authority = &nothing;
    }
    int more = chain == NULL ? 0 : found < 0 ? -1 : is_more(chain, authority);
    Py_XDECREF(chain);
    return more;
}

bool
fa_failures_tell_in(fa_interpreter *here, PyObject *context, PyObject *callback, PyObject *const *args,
                    Py_ssize_t count)
{
    if (here->pools == NULL || !fa_known_runs(&here->pools->handle_run, fa_frames_innermost())) {
        return false;
    }
    PyObject *raised = PyErr_GetRaisedException(); /* owned, then set */
    int more = holds_more(here, context);
    bool entered = more > 0 && fa_compat_enter_context(context) == 0;
    PyErr_SetRaisedException(raised); /* instead of what went wrong meanwhile */
    if (!entered) {
        return false;
    }
    bool told = fa_failures_tell(here, callback, args, count);
    raised = PyErr_GetRaisedException(); /* owned, then set */
    if (fa_compat_exit_context(context) < 0) {
        PyErr_WriteUnraisable(NULL); /* somebody else exchanged it meanwhile */
    }
    PyErr_SetRaisedException(raised);
    return told;
}

void
fa_failures_install(fa_pools *pools, PyObject *events)
{
    PyObject *handle = PyObject_GetAttrString(events, "Handle"); /* owned */
    if (pools->tell == NULL && handle != NULL && fa_known_note(&pools->handle_run, handle, "_run") == 0) {
        PyObject *module = PyImport_ImportModule("fastaudit._failures"); /* owned */
        pools->tell = module == NULL ? NULL : PyObject_GetAttrString(module, "tell");
        Py_XDECREF(module);
    }
    fa_known_forgive(&pools->lacked); /* half imported, or another asyncio than we know */
    Py_XDECREF(handle);
}
