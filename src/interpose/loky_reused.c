/* loky_reused.c: the executor of loky's that everybody in a thread is given anew. */
#include "interpose/loky_reused.h"

#include "authority/authority.h"
#include "authority/chain.h"
#include "authority/gate.h"
#include "interpose/redirect.h"

/* get_reusable_executor() gives whoever asks the one that this thread made last, with the jobs that are in its queue, its
 * initializer and its thread. So a guest is given no host's, which it could shut down or exchange, and a host no guest's: one counts
 * where exactly that is in force under which it was first asked for. Another is put by, with what comes in its place, and found
 * again when that counts no longer. */

enum { EXECUTOR, ARGUMENTS, STORED };    /* what is stored */
enum { UNDER, BEFORE };                  /* what is noted of a guest's: a chain, and what was stored before */

static const char *const of_thread[STORED] = {"executor", "executor_kwargs"};
static const char *const of_module[STORED] = {"_executor", "_executor_kwargs"}; /* of loky before 3.6 */

static int
get_stored(const fa_loky *copy, PyObject *stored[STORED])
{
    const char *const *names = PyModule_Check(copy->storage) ? of_module : of_thread;
    stored[EXECUTOR] = PyObject_GetAttrString(copy->storage, names[EXECUTOR]);
    stored[ARGUMENTS] = stored[EXECUTOR] == NULL ? NULL : PyObject_GetAttrString(copy->storage, names[ARGUMENTS]);
    if (stored[ARGUMENTS] == NULL) {
        Py_CLEAR(stored[EXECUTOR]);
        return -1;
    }
    return 0;
}

static int
set_stored(const fa_loky *copy, PyObject *executor, PyObject *arguments)
{
    const char *const *names = PyModule_Check(copy->storage) ? of_module : of_thread;
    int status = PyObject_SetAttrString(copy->storage, names[EXECUTOR], executor);
    return status < 0 ? -1 : PyObject_SetAttrString(copy->storage, names[ARGUMENTS], arguments);
}

static void
let_go(PyObject *stored[STORED])
{
    Py_CLEAR(stored[EXECUTOR]);
    Py_CLEAR(stored[ARGUMENTS]);
}

/* What is stored that counts here, now or again (new references), or two times None, with what to go back to in *before (new
 * reference). Returns 1 when it is for whoever is here, 0 when it is for those around, -1 with an exception set. */
static int
find(fa_pools *pools, const fa_loky *copy, PyObject *stored[STORED], PyObject **before)
{
    const fa_authority *authority;
    *before = NULL;
    if (get_stored(copy, stored) < 0) {
        return -1;
    }
    for (;;) {
        PyObject *note; /* owned */
        int noted = fa_noted_get(&pools->loky_reused, stored[EXECUTOR], &note);
        int found = noted < 0 ? -1 : fa_authority_get(&authority);
        if (found < 0) {
            Py_XDECREF(note);
            let_go(stored);
            return -1;
        }
        if (noted == 0) {
            return authority->box_count == 0; /* the host's, or None */
        }
        const fa_node *under = (fa_node *)PyTuple_GET_ITEM(note, UNDER);
        PyObject *back = PyTuple_GET_ITEM(note, BEFORE); /* borrowed */
        if (found > 0 && fa_authority_covers(authority, under)) {
            bool exactly = fa_chain_has_all(under, authority->boxes, authority->box_count);
            *before = exactly ? Py_NewRef(back) : NULL;
            Py_DECREF(note);
            return exactly;
        }
        Py_XSETREF(stored[EXECUTOR], Py_NewRef(PyTuple_GET_ITEM(back, EXECUTOR)));
        Py_XSETREF(stored[ARGUMENTS], Py_NewRef(PyTuple_GET_ITEM(back, ARGUMENTS)));
        Py_DECREF(note);
    }
}

/* What is stored by now was asked for here. Where nothing is, what was before comes back. Returns 0, or -1 with an exception set. */
static int
note(fa_interpreter *here, const fa_loky *copy, PyObject *before)
{
    const fa_authority *authority;
    PyObject *stored[STORED]; /* owned */
    if (get_stored(copy, stored) < 0 || fa_authority_get(&authority) < 0) {
        return -1;
    }
    int status;
    if (stored[EXECUTOR] == Py_None) {
        status = set_stored(copy, PyTuple_GET_ITEM(before, EXECUTOR), PyTuple_GET_ITEM(before, ARGUMENTS));
    }
    else {
        fa_node *chain = fa_authority_chain(here, authority);                               /* owned */
        PyObject *made = chain == NULL ? NULL : PyTuple_Pack(2, (PyObject *)chain, before); /* owned */
        status = made == NULL ? -1 : fa_noted_put(&here->pools->loky_reused, stored[EXECUTOR], made);
        Py_XDECREF(made);
        Py_XDECREF(chain);
    }
    let_go(stored);
    return status;
}

/* As the original does, of a guest: nothing that it stores is met outside. */
static PyObject *
give_inside(fa_interpreter *here, const fa_loky *copy, PyObject *before, PyObject *const *args, size_t flags, PyObject *names)
{
    PyObject *result = PyObject_Vectorcall(copy->reuse, args, flags, names);
    PyObject *raised = PyErr_GetRaisedException();
    if (note(here, copy, before) < 0) {
        PyObject *error = PyErr_GetRaisedException();
        if (set_stored(copy, PyTuple_GET_ITEM(before, EXECUTOR), PyTuple_GET_ITEM(before, ARGUMENTS)) < 0) {
            PyErr_Clear();
        }
        Py_CLEAR(result);
        Py_XSETREF(raised, error);
    }
    PyErr_SetRaisedException(raised);
    return result;
}

/* get_reusable_executor(cls, ...) */
PyObject *
fa_loky_reused_give(fa_interpreter *here, const fa_loky *copy, PyObject *const *args, size_t flags, PyObject *names)
{
    PyObject *stored[STORED], *before; /* owned */
    if (!fa_gate_is_open()) {
        return PyObject_Vectorcall(copy->reuse, args, flags, names);
    }
    int fits = find(here->pools, copy, stored, &before);
    int inside = fits < 0 ? -1 : fa_authority_is_inside();
    if (inside > 0 && !fits) {
        before = PyTuple_Pack(STORED, stored[EXECUTOR], stored[ARGUMENTS]);
        inside = before == NULL ? -1 : 1;
    }
    PyObject *result = NULL;
    if (inside >= 0 && (fits ? set_stored(copy, stored[EXECUTOR], stored[ARGUMENTS]) : set_stored(copy, Py_None, Py_None)) == 0) {
        result = inside > 0 ? give_inside(here, copy, before, args, flags, names)
                            : PyObject_Vectorcall(copy->reuse, args, flags, names);
    }
    Py_XDECREF(before);
    if (fits >= 0) {
        let_go(stored);
    }
    return result;
}

int
fa_loky_reused_install(fa_pools *pools, fa_loky *copy, PyObject *module, vectorcallfunc call)
{
    PyObject *type = PyObject_GetAttrString(module, "_ReusablePoolExecutor");                                 /* owned */
    PyObject *method = type == NULL ? NULL : PyObject_GetAttrString(type, "get_reusable_executor");           /* owned */
    PyObject *storage = method == NULL ? NULL : PyObject_GetAttrString(module, "_executor_storage");          /* owned */
    int status = 0;
    if (method != NULL && storage == NULL && PyObject_HasAttrString(module, "_executor_kwargs")) {
        storage = Py_NewRef(module);
    }
    fa_known_forgive(&pools->lacked); /* half imported: another time; or another loky than we know */
    if (storage != NULL) {
        Py_XSETREF(copy->storage, Py_NewRef(storage));
        status = fa_redirect(pools->redirect_type, method, "__func__", call, &copy->reuse);
    }
    Py_XDECREF(storage);
    Py_XDECREF(method);
    Py_XDECREF(type);
    return status;
}
