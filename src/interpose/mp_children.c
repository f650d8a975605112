/* mp_children.c: processes that multiprocessing starts are held to what governs the code that starts them. */
#include "interpose/mp_children.h"

#include "interpose/redirect.h"

/* A forked child has the very scopes. One that is started anew, or forked by a server, is told at first what
 * get_preparation_data() gives: fastaudit._children puts the policies in, as the process's floor. */

/* The Policy of a scope in force (borrowed), or NULL with an exception set. */
static PyObject *
policy_of(fa_interpreter *here, const fa_scope *scope, fa_box *box)
{
    if (box != NULL) {
        return box->terms->policy;
    }
    for (Py_ssize_t i = 0; here->floors != NULL && i < PyList_GET_SIZE(here->floors); i++) {
        fa_box *floor = (fa_box *)PyList_GET_ITEM(here->floors, i);
        if (fa_scope_shown(floor) == scope) {
            return floor->terms->policy;
        }
    }
    PyErr_SetString(here->scope_error, "a process that is started here could not be held: another interpreter installed "
                                       "a policy on this one");
    return NULL;
}

typedef struct governing {
    PyObject *policy; /* owned */
    bool warns;
} governing;

/* What borrows from the authority, outermost first, apart from making objects, which may run Python code. Returns how many
 * there are, or -1 with an exception set. */
static Py_ssize_t
hold_all(fa_interpreter *here, const fa_authority *authority, governing *held)
{
    Py_ssize_t count = 0;

    for (size_t i = authority->scope_count; i-- > 0;) {
        const fa_scope *scope = authority->scopes[i];
        if (scope->rules == NULL) {
            continue; /* a trusted call without a policy */
        }
        PyObject *policy = policy_of(here, scope, authority->boxes[i]);
        if (policy == NULL) {
            while (count-- > 0) {
                Py_DECREF(held[count].policy);
            }
            return -1;
        }
        held[count++] = (governing){Py_NewRef(policy), scope->warn};
    }
    return count;
}

/* What governs, outermost first: a list (new reference) of pairs of a policy and whether it only warns. */
static PyObject *
collect(fa_interpreter *here, const fa_authority *authority)
{
    governing *held = PyMem_New(governing, (size_t)authority->scope_count + 1); /* owned */
    if (held == NULL) {
        return PyErr_NoMemory();
    }
    Py_ssize_t count = hold_all(here, authority, held);
    PyObject *policies = count < 0 ? NULL : PyList_New(0); /* owned */
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *pair = policies == NULL ? NULL : PyTuple_Pack(2, held[i].policy, held[i].warns ? Py_True : Py_False); /* owned */
        if (policies != NULL && (pair == NULL || PyList_Append(policies, pair) < 0)) {
            Py_CLEAR(policies);
        }
        Py_XDECREF(pair);
        Py_DECREF(held[i].policy);
    }
    PyMem_Free(held);
    return policies;
}

PyObject *
fa_mp_children_policies(fa_interpreter *here, const fa_authority *authority)
{
    const fa_pools *pools = here->pools;
    PyObject *policies = collect(here, authority);                                                         /* owned */
    PyObject *buffer = policies == NULL ? NULL : PyObject_CallNoArgs(pools->bytes_io);                     /* owned */
    PyObject *pickler = buffer == NULL ? NULL : PyObject_CallOneArg(pools->pickler, buffer);               /* owned */
    PyObject *own = pickler == NULL ? NULL : PyDict_New();                                                 /* owned */
    PyObject *done = NULL;                                                                                 /* owned */
    PyObject *bytes = NULL;
    /* A table of its own: anybody may tell the common one (copyreg) how to pickle a policy. */
    if (own != NULL && PyObject_SetAttrString(pickler, "dispatch_table", own) == 0) {
        done = PyObject_CallMethod(pickler, "dump", "O", policies);
        bytes = done == NULL ? NULL : PyObject_CallMethod(buffer, "getvalue", NULL);
    }
    Py_XDECREF(done);
    Py_XDECREF(own);
    Py_XDECREF(pickler);
    Py_XDECREF(buffer);
    Py_XDECREF(policies);
    return bytes;
}

/* What multiprocessing.spawn.get_preparation_data() calls from now on. */
static PyObject *
prepare_child(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_pools_here();
    const fa_authority *authority; /* borrowed */
    PyObject *policies = NULL;     /* owned */

    if (here == NULL) {
        return NULL;
    }
    PyObject *original = here->pools->mp_prepare; /* borrowed */
    int found = fa_authority_get(&authority);
    if (found == 0) {
        return PyObject_Vectorcall(original, args, flags, names);
    }
    policies = found < 0 ? NULL : fa_mp_children_policies(here, authority);
    PyObject *data = policies == NULL ? NULL : PyObject_Vectorcall(original, args, flags, names); /* owned */
    PyObject *result = data == NULL
                           ? NULL
                           : PyObject_CallFunctionObjArgs(here->pools->mp_hold, data, policies, NULL);
    Py_XDECREF(data);
    Py_XDECREF(policies);
    return result;
}

int
fa_mp_children_install(fa_pools *pools)
{
    PyObject *spawn = pools->mp_prepare != NULL ? NULL : fa_known_module("multiprocessing.spawn"); /* owned */
    if (spawn == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    PyObject *children = PyImport_ImportModule("fastaudit._children");                /* owned */
    PyObject *pickling = children == NULL ? NULL : PyImport_ImportModule("_pickle"); /* owned */
    PyObject *io = pickling == NULL ? NULL : PyImport_ImportModule("_io");           /* owned */
    int status = -1;
    if (io != NULL && fa_known_take(children, "hold", &pools->mp_hold) == 0
        && fa_known_take(pickling, "Pickler", &pools->pickler) == 0
        && fa_known_take(io, "BytesIO", &pools->bytes_io) == 0) {
        status = fa_redirect(pools->redirect_type, spawn, "get_preparation_data", prepare_child, &pools->mp_prepare);
    }
    Py_XDECREF(io);
    Py_XDECREF(pickling);
    Py_XDECREF(children);
    Py_DECREF(spawn);
    return status;
}
