/* mp_queues.c: what is put into a queue of multiprocessing's is pickled there and then. */
#include "interpose/mp_queues.h"

#include "authority/authority.h"
#include "authority/gate.h"
#include "interpose/redirect.h"
#include "scope/message.h"

/* A queue has a thread that pickles what was put into it, and calls methods of each object for that: with the authority of
 * whoever put something in first. So inside, what is no plain value becomes one whose bytes are there already. */

/* put(self, obj, block=True, timeout=None) */
static PyObject *
put(size_t which, PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_pools_here();
    if (here == NULL) {
        return NULL;
    }
    const fa_pools *pools = here->pools;
    PyObject *original = pools->queue_put[which]; /* borrowed */
    int inside = fa_gate_is_open() ? fa_authority_is_inside() : 0;
    if (inside < 0) {
        return NULL;
    }
    if (inside == 0 || names != NULL || PyVectorcall_NARGS(flags) < 2 || fa_message_is_plain(args[1])) {
        return PyObject_Vectorcall(original, args, flags, names);
    }
    PyObject *bytes = PyObject_CallOneArg(pools->queue_pack, args[1]); /* owned */
    PyObject *result = NULL;
    if (bytes != NULL && !PyBytes_CheckExact(bytes)) {
        PyErr_SetString((PyObject *)here->scope_error, "what is put into a queue could not be packed: somebody changed what "
                                                       "does it");
    }
    else if (bytes != NULL) {
        PyObject *packed = PyObject_CallFunction(pools->queue_packed, "(O)O()", bytes, Py_None); /* owned */
        result = packed == NULL ? NULL : fa_redirect_call_with(original, args, flags, names, 1, packed);
        Py_XDECREF(packed);
    }
    Py_XDECREF(bytes);
    return result;
}

static PyObject *
put_one(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    return put(0, args, flags, names);
}

static PyObject *
put_joinable(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    return put(1, args, flags, names);
}

static const struct {
    const char *type;
    vectorcallfunc call;
} queues[FA_QUEUE_PUTS] = {{"Queue", put_one}, {"JoinableQueue", put_joinable}};

int
fa_mp_queues_install(fa_pools *pools)
{
    bool done = pools->queue_put[FA_QUEUE_PUTS - 1] != NULL;
    PyObject *module = done ? NULL : fa_known_imported(pools->queues_name);                    /* owned */
    PyObject *packing = module == NULL ? NULL : PyImport_ImportModule("fastaudit._packed"); /* owned */
    int status = module != NULL && packing == NULL ? -1 : 0;
    if (packing != NULL) {
        status = fa_known_take(packing, "pack", &pools->queue_pack) < 0
                     ? -1
                     : fa_known_take(packing, "Packed", &pools->queue_packed);
    }
    for (size_t i = 0; module != NULL && status == 0 && i < FA_QUEUE_PUTS; i++) {
        PyObject *type = PyObject_GetAttrString(module, queues[i].type); /* owned */
        if (type == NULL) {
            fa_known_forgive(&pools->lacked); /* half imported: another time */
            break;
        }
        status = fa_redirect(pools->redirect_type, type, "put", queues[i].call, &pools->queue_put[i]);
        Py_DECREF(type);
    }
    Py_XDECREF(packing);
    Py_XDECREF(module);
    return status;
}
