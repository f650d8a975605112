/* mp_queues.c: what is put into a queue of multiprocessing's is pickled there and then. */
#include "interpose/mp_queues.h"

#include "authority/gate.h"
#include "interpose/makers.h"
#include "interpose/redirect.h"
#include "scope/message.h"

/* A queue has a thread that pickles what was put into it, and calls methods of each object for that: with the authority of
 * whoever put something in first. So what is no plain value becomes one whose bytes are there already, unless that thread is
 * held to what is in force here: a guest's is not pickled by the host, nor a host's under the policy of the guest that put the
 * first. What cannot be pickled is said where it always is, by that thread, if it is held so: it tells the future of an executor's
 * job. */

/* ---- who started a queue's thread ---- */

/* The thread that a queue says it has (new reference): None, or NULL for no queue. Sets no exception. */
static PyObject *
thread_of(PyObject *queue)
{
    PyObject *thread = PyObject_GetAttrString(queue, "_thread");
    if (thread == NULL) {
        PyErr_Clear();
    }
    return thread;
}

/* Note what the thread is held to, with the thread: a forked child has the note, and another thread. Sets no exception: what
 * could not be noted is taken for a host's, the narrower side. */
static void
note_thread(fa_pools *pools, PyObject *queue, PyObject *makers)
{
    PyObject *thread = thread_of(queue);                                               /* owned */
    PyObject *weak = thread == NULL ? NULL : PyWeakref_NewRef(thread, NULL);          /* owned */
    PyObject *note = weak == NULL ? NULL : PyTuple_Pack(2, makers, weak);             /* owned */
    if (note == NULL || fa_noted_put(&pools->queue_threads, queue, note) < 0) {
        PyErr_Clear();
    }
    Py_XDECREF(note);
    Py_XDECREF(weak);
    Py_XDECREF(thread);
}

/* _start_thread(self): put() calls it, with the queue's lock. */
static PyObject *
start_thread(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_pools_here();
    PyObject *makers = NULL; /* owned */
    if (here == NULL || (fa_gate_is_open() && fa_makers_here(&makers) < 0)) {
        return NULL;
    }
    PyObject *before = makers == NULL || PyVectorcall_NARGS(flags) < 1 ? NULL : thread_of(args[0]); /* owned */
    PyObject *result = PyObject_Vectorcall(here->pools->queue_start, args, flags, names);
    if (result != NULL && before == Py_None) { /* else another thread takes from the queue as well */
        note_thread(here->pools, args[0], makers);
    }
    Py_XDECREF(before);
    Py_XDECREF(makers);
    return result;
}

/* Whether the thread that a queue has is held to `makers` (NULL: to nothing), neither less nor more: 1, 0, or -1 with an exception set. */
static int
thread_is_held_to(const fa_pools *pools, PyObject *queue, PyObject *thread, PyObject *makers)
{
    PyObject *note, *noted = NULL; /* owned */
    int found = fa_noted_get(&pools->queue_threads, queue, &note);
    if (found > 0) {
        found = PyWeakref_GetRef(PyTuple_GET_ITEM(note, 1), &noted);
    }
    bool held_to = makers == NULL; /* one that is not noted is a host's */
    if (found > 0 && noted == thread) {
        PyObject *begun = PyTuple_GET_ITEM(note, 0); /* borrowed */
        held_to = makers != NULL && fa_makers_among(makers, begun) && fa_makers_among(begun, makers);
    }
    Py_XDECREF(noted);
    Py_XDECREF(note);
    return found < 0 ? -1 : held_to;
}

/* Whether what is put into a queue here will be pickled by a thread that is held to what is in force here, and to nothing else; a queue
 * that has none yet gets it, inside. 1, 0, or -1 with an exception set. */
static int
is_pickled_alike(const fa_pools *pools, PyObject *queue)
{
    PyObject *makers, *begun = NULL; /* owned */
    if (fa_makers_here(&makers) < 0) {
        return -1;
    }
    PyObject *thread = thread_of(queue); /* owned */
    int alike = makers == NULL;
    if (makers != NULL && thread == Py_None) {
        begun = PyObject_CallOneArg(pools->queue_begin, queue);
        Py_SETREF(thread, begun == NULL ? NULL : thread_of(queue));
        alike = begun == NULL ? -1 : 0;
    }
    if (thread != NULL && alike >= 0) {
        alike = thread_is_held_to(pools, queue, thread, makers);
    }
    Py_XDECREF(begun);
    Py_XDECREF(thread);
    Py_XDECREF(makers);
    return alike;
}

/* ---- putting ---- */

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
    if (!fa_gate_is_open() || names != NULL || PyVectorcall_NARGS(flags) < 2 || fa_message_is_plain(args[1])) {
        return PyObject_Vectorcall(original, args, flags, names);
    }
    int alike = is_pickled_alike(pools, args[0]);
    if (alike != 0) {
        return alike < 0 ? NULL : PyObject_Vectorcall(original, args, flags, names);
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

/* ---- putting it in place ---- */

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
        status = status < 0 ? -1 : fa_known_take(packing, "begin", &pools->queue_begin);
    }
    for (size_t i = 0; module != NULL && status == 0 && i < FA_QUEUE_PUTS; i++) {
        PyObject *type = PyObject_GetAttrString(module, queues[i].type); /* owned */
        if (type == NULL) {
            fa_known_forgive(&pools->lacked); /* half imported: another time */
            break;
        }
        if (i == 0 && fa_redirect(pools->redirect_type, type, "_start_thread", start_thread, &pools->queue_start) < 0) {
            status = -1;
        }
        status = status < 0 ? -1 : fa_redirect(pools->redirect_type, type, "put", queues[i].call, &pools->queue_put[i]);
        Py_DECREF(type);
    }
    Py_XDECREF(packing);
    Py_XDECREF(module);
    return status;
}
