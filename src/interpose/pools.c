/* pools.c: worker threads that belong to nobody's scope, and jobs that keep what they came with. */
#include "interpose/pools.h"

#include "authority/authority.h"
#include "authority/chain.h"
#include "authority/frames.h"
#include "interpose/interpose.h"
#include "interpose/job.h"
#include "interpose/pools_known.h"
#include "interpose/trio_pools.h"

FA_THREAD_LOCAL bool fa_pools_default_is_made;

fa_interpreter *
fa_pools_here(void)
{
    fa_interpreter *here = fa_state_here();
    if (here == NULL || here->pools == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: this interpreter is going away");
        return NULL;
    }
    return here;
}

/* The record of the pool whose queue this is: 1 and a new reference, 0 (and NULL), -1 with an exception set. */
static int
record_of(const fa_pools *pools, PyObject *queue, PyObject **record)
{
    PyObject *key = PyLong_FromVoidPtr(queue);
    *record = NULL;
    int found = key == NULL ? -1 : PyDict_GetItemRef(pools->made, key, record);
    Py_XDECREF(key);
    return found;
}

static PyObject *put_job(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
static PyObject *put_job_nowait(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(put, put_job);
FA_INTERPOSED(put_nowait, put_job_nowait);

static PyObject *
put_into(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    fa_interpreter *here = fa_state_here();
    const fa_authority *authority;
    int found = fa_authority_get(&authority);
    if (found < 0) {
        return NULL;
    }
    if (found == 0 || authority->box_count == 0 || here == NULL || here->pools == NULL
        || count + (names == NULL ? 0 : PyTuple_GET_SIZE(names)) < 1 || args[0] == Py_None) {
        return fa_interpose_call(patch, self, args, count, names);
    }
    PyObject *record; /* owned */
    int known = record_of(here->pools, self, &record);
    Py_XDECREF(record);
    if (known <= 0) {
        return known < 0 ? NULL : fa_interpose_call(patch, self, args, count, names);
    }
    if (count < 1 || !Py_IS_TYPE(args[0], here->pools->item)) {
        PyErr_SetString(here->scope_error, "this queue belongs to a pool: hand it jobs by submit()");
        return NULL;
    }
    if (fa_authority_get(&authority) < 0) {
        return NULL;
    }
    fa_node *chain = fa_authority_chain(here, authority); /* owned */
    PyObject *carried = chain == NULL ? NULL : fa_job_new(here->pools->job_type, args[0], chain); /* owned */
    PyObject *result = carried == NULL ? NULL : fa_interpose_call_with(patch, self, args, count, names, 0, carried);
    Py_XDECREF(carried);
    Py_XDECREF(chain);
    return result;
}

static PyObject *
put_job(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return put_into(&put_patch, self, args, count, names);
}

static PyObject *
put_job_nowait(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return put_into(&put_nowait_patch, self, args, count, names);
}

int
fa_pools_interpose_queue(void)
{
    if (fa_interpose_named(&put_patch, "_queue", "SimpleQueue", "put") < 0) {
        return -1;
    }
    return fa_interpose_named(&put_nowait_patch, "_queue", "SimpleQueue", "put_nowait") < 0 ? -1 : 0;
}

/* ---- pools as they are made ---- */

int
fa_pools_note(fa_pools *pools, PyObject *executor)
{
    int status = -1;
    PyObject *queue = NULL, *initializer = NULL, *weak = NULL, *key = NULL, *record = NULL; /* owned */

    if (!PyObject_TypeCheck(executor, pools->executor)) {
        return 0;
    }
    queue = PyObject_GetAttrString(executor, "_work_queue");
    initializer = PyObject_GetAttrString(executor, "_initializer");
    if (initializer == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear(); /* from 3.14 on the executor keeps a function that makes the worker's context */
        initializer = PyObject_GetAttrString(executor, "_create_worker_context");
    }
    weak = PyWeakref_NewRef(executor, NULL);
    if (queue == NULL || initializer == NULL || weak == NULL) {
        goto done;
    }
    key = PyLong_FromVoidPtr(queue);
    record = PyTuple_Pack(3, weak, queue, initializer);
    if (key != NULL && record != NULL) {
        status = PyDict_SetItem(pools->made, key, record);
    }

done:
    Py_XDECREF(record);
    Py_XDECREF(key);
    Py_XDECREF(weak);
    Py_XDECREF(initializer);
    Py_XDECREF(queue);
    return status;
}

/* Forget pools that are gone. In a copy first: other threads look into the dict, and add to it. A record
 * holds its queue, so the address is nobody else's until the record goes. */
static int
sweep(fa_pools *pools)
{
    if (PyDict_Size(pools->made) < 32) {
        return 0;
    }
    PyObject *copy = PyDict_Copy(pools->made); /* owned */
    PyObject *key, *record;                    /* borrowed from it */
    Py_ssize_t position = 0;
    int status = copy == NULL ? -1 : 0;
    while (status == 0 && PyDict_Next(copy, &position, &key, &record)) {
        PyObject *executor;
        if (PyWeakref_GetRef(PyTuple_GET_ITEM(record, 0), &executor) > 0) {
            Py_DECREF(executor);
        }
        else if (PyDict_DelItem(pools->made, key) < 0) {
            PyErr_Clear(); /* another thread was faster */
        }
    }
    Py_XDECREF(copy);
    return status;
}

/* ThreadPoolExecutor.__init__: what it did, then note the pool if it is the host's: made where nothing is in
 * force, or asyncio's default one, which is made lazily inside run_in_executor(). */
PyObject *
fa_pools_init(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_pools_here();
    if (here == NULL) {
        return NULL;
    }
    fa_pools *pools = here->pools;
    PyObject *result = PyObject_Vectorcall(pools->init, args, flags, names);
    if (result == NULL || PyVectorcall_NARGS(flags) < 1) {
        return result;
    }
    int inside = fa_authority_is_inside();
    bool noted = inside == 0;
    if (inside > 0) {
        /* The frames: __init__ itself, then whoever made the pool. */
        fa_frame *frame = fa_frames_innermost();
        /* Its parameters are passed on in their order: self, max_workers, thread_name_prefix, initializer. */
        noted = PyVectorcall_NARGS(flags) > 3 && args[3] == Py_None
            && (fa_pools_default_is_made
                || (frame != NULL && fa_known_runs(&pools->run_in_executor, fa_frames_outer(frame))));
    }
    if (inside < 0 || (noted && (sweep(pools) < 0 || fa_pools_note(pools, args[0]) < 0))) {
        Py_CLEAR(result);
    }
    return result;
}

/* ---- workers as they are started ---- */

/* The value of an instance's attribute, from its dict (new reference); NULL without an exception. */
static PyObject *
instance_value(PyObject *object, const char *name)
{
    PyObject *value = PyObject_GetAttrString(object, name);
    if (value == NULL) {
        PyErr_Clear();
    }
    return value;
}

/* Whether the arguments of a worker are those of a pool that was noted. */
static bool
is_noted_worker(const fa_pools *pools, PyObject *args)
{
    if (args == NULL || !PyTuple_CheckExact(args) || PyTuple_GET_SIZE(args) < 3) {
        return false;
    }
    /* (weak executor, queue, initializer, initargs); from 3.14 on (weak executor, context, queue). */
    bool old_style = PyTuple_GET_SIZE(args) == 4;
    PyObject *queue = PyTuple_GET_ITEM(args, old_style ? 1 : 2);
    PyObject *record; /* owned */
    if (record_of(pools, queue, &record) <= 0) {
        PyErr_Clear();
        return false;
    }
    PyObject *executor;
    if (PyWeakref_GetRef(PyTuple_GET_ITEM(record, 0), &executor) <= 0) {
        Py_DECREF(record);
        return false;
    }
    /* The loop asks its executor for more than the queue, so it has to be that very one. */
    PyObject *weak = PyTuple_GET_ITEM(args, 0), *named = NULL;
    bool is_it = Py_IS_TYPE(weak, &_PyWeakref_RefType) && PyWeakref_GetRef(weak, &named) > 0
        && named == executor;
    Py_XDECREF(named);
    PyObject *now = instance_value(executor, old_style ? "_initializer" : "_create_worker_context");
    bool fits = is_it && PyTuple_GET_ITEM(record, 1) == queue && now == PyTuple_GET_ITEM(record, 2)
        && (!old_style || PyTuple_GET_ITEM(args, 2) == now);
    Py_XDECREF(now);
    Py_DECREF(executor);
    Py_DECREF(record);
    return fits;
}

/* From 3.14 on a thread runs in a context that was made with it, and so carries what was in force there:
 * a neutral worker's carries nothing. 1, or -1 with an exception set. */
static int
empty_context_of(fa_interpreter *here, PyObject *thread)
{
    PyObject *context = instance_value(thread, "_context"); /* owned */
    int status = context != NULL && PyContext_CheckExact(context) ? fa_chain_set_in(here, context, NULL) : 0;
    Py_XDECREF(context);
    return status < 0 ? -1 : 1;
}

/* Whether a name leads, on this very thread, to the method that threading.Thread had. */
static bool
has_method(PyObject *thread, const char *name, const fa_known *known)
{
    PyObject *method = instance_value(thread, name);
    bool has = method != NULL && PyMethod_Check(method) && PyMethod_GET_SELF(method) == thread
        && fa_known_is(known, PyMethod_GET_FUNCTION(method));
    Py_XDECREF(method);
    return has;
}

int
fa_pools_starts_neutral(fa_interpreter *here, PyObject *callable)
{
    const fa_pools *pools = here->pools;
    /* The frames that start a pool's worker: Thread.start, and the pool's function that calls it. */
    fa_frame *frame = fa_frames_innermost();
    if (pools == NULL || !fa_known_runs(&pools->thread_start, frame) || !PyMethod_Check(callable)
        || !fa_known_is(&pools->bootstrap, PyMethod_GET_FUNCTION(callable))) {
        return 0;
    }
    PyObject *thread = PyMethod_GET_SELF(callable);
    fa_frame *starter = fa_frames_outer(frame);
    if (pools->anyio_worker != NULL && fa_known_runs(&pools->anyio_start, starter)) {
        return Py_IS_TYPE(thread, (PyTypeObject *)pools->anyio_worker) ? empty_context_of(here, thread) : 0;
    }
    bool adjusts = fa_known_runs(&pools->adjust, starter);
    if (!adjusts && !fa_known_runs(&pools->trio_init, starter)) {
        return 0; /* most threads are no pool's: for them no attribute is looked up */
    }
    if (!Py_IS_TYPE(thread, pools->thread) || !has_method(thread, "_bootstrap_inner", &pools->bootstrap_inner)
        || !has_method(thread, "run", &pools->thread_run)) {
        return 0;
    }
    PyObject *target = instance_value(thread, "_target");
    PyObject *args = instance_value(thread, "_args");
    bool neutral = adjusts
                       ? target == pools->worker && fa_known_is(&pools->worker_loop, target)
                             && is_noted_worker(pools, args)
                       : fa_trio_pools_starts(pools, starter, target);
    Py_XDECREF(args);
    Py_XDECREF(target);
    return neutral ? empty_context_of(here, thread) : 0;
}
