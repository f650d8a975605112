/* mp_jobs.c: jobs given to processes that were started outside are held there, or refused. */
#include "interpose/mp_jobs.h"

#include "authority/gate.h"
#include "enforce/enforce.h"
#include "interpose/carry.h"
#include "interpose/mp_children.h"
#include "interpose/mp_made.h"
#include "interpose/redirect.h"

/* A process that runs already knows nothing of what is in force here, and what pickles a job, or unpickles what comes of it,
 * is a thread of the host's. An executor's job is therefore packed where it is given, unpacked in a process that is held by
 * then (fastaudit/_jobs.py), and so is its outcome, the other way round. Pools of multiprocessing's hand out what they are
 * given piece by piece: theirs are refused, unless the pool was made under all that is in force. Whoever may run any program
 * is let. Floors count: they may have come after the processes. */

static const char EVENT[] = "multiprocessing.pool.submit";

bool
fa_mp_jobs_may_run_anything(const fa_authority *authority)
{
    const fa_event event = {.name = EVENT, .id = FA_EVENT_MULTIPROCESSING_POOL_SUBMIT, .right = FA_EXEC};
    return fa_enforce_allows(authority, &event);
}

int
fa_mp_jobs_ask(void)
{
    return PySys_Audit(EVENT, NULL);
}

/* ---- ProcessPoolExecutor ---- */

static PyObject *
make_executor(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_pools_here();
    return here == NULL ? NULL : fa_mp_made_call(here, here->pools->process_init, "_call_queue", args, flags, names);
}

/* run, policies and work, which are bytes (new reference, NULL with an exception set): nothing in it has methods of a guest's. */
static PyObject *
pack(fa_interpreter *here, const fa_authority *authority, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    const fa_pools *pools = here->pools;
    PyObject *held = fa_mp_children_policies(here, authority);                                                   /* owned */
    PyObject *work = held == NULL ? NULL : PyObject_Vectorcall(pools->process_pack, args, (size_t)count, names); /* owned */
    PyObject *job = NULL;
    if (work != NULL && !PyBytes_CheckExact(work)) {
        PyErr_SetString((PyObject *)here->scope_error, "a job for another process could not be packed: somebody changed what does it");
    }
    else if (work != NULL) {
        job = PyTuple_Pack(3, pools->process_run, held, work);
    }
    Py_XDECREF(work);
    Py_XDECREF(held);
    return job;
}

/* What gives the outcome (new reference, NULL with an exception set). The executor's own future stays out of reach: whatever its
 * class is made to be, the executor's thread calls methods of it. */
static PyObject *
outcome_of(fa_interpreter *here, PyObject *future)
{
    PyObject *cancel = PyObject_GetAttrString(future, "cancel");                                  /* owned, as all of these */
    PyObject *running = cancel == NULL ? NULL : PyObject_GetAttrString(future, "running");
    PyObject *cancelling = running == NULL ? NULL : fa_carry_here(here, cancel);
    PyObject *asking = cancelling == NULL ? NULL : fa_carry_here(here, running);
    PyObject *outcome = asking == NULL ? NULL
                                       : PyObject_CallFunctionObjArgs(here->pools->process_outcome, cancelling, asking, NULL);
    PyObject *take = outcome == NULL ? NULL : PyObject_GetAttrString(outcome, "_take");
    PyObject *added = take == NULL ? NULL : PyObject_CallMethod(future, "add_done_callback", "O", take);
    PyObject *done = added == NULL ? NULL : PyObject_CallMethod(future, "done", NULL);
    /* Futures log what a callback raises, and go on; one that is done has called it here, maybe without the memory for that. */
    PyObject *taken = done == Py_True ? PyObject_CallOneArg(take, future) : Py_XNewRef(done);
    if (taken == NULL) {
        Py_CLEAR(outcome);
    }
    Py_XDECREF(taken);
    Py_XDECREF(done);
    Py_XDECREF(added);
    Py_XDECREF(take);
    Py_XDECREF(asking);
    Py_XDECREF(cancelling);
    Py_XDECREF(running);
    Py_XDECREF(cancel);
    return outcome;
}

/* Whether submit() would start another process now, and is kept from it by this. -1 with an exception set. */
static int
stop_growing(PyObject *executor, PyObject *grows)
{
    PyObject *threads = PyObject_GetAttrString(executor, "_executor_manager_thread");                                /* owned */
    PyObject *before = threads == NULL || threads == Py_None ? NULL : PyObject_GetAttr(executor, grows); /* owned */
    int status = before == Py_True;
    if (PyErr_Occurred()) {
        status = PyErr_ExceptionMatches(PyExc_AttributeError) ? 0 : -1;
    }
    if (status == 0) {
        PyErr_Clear(); /* another executor than we know */
    }
    if (status > 0 && PyObject_SetAttr(executor, grows, Py_False) < 0) {
        status = -1;
    }
    Py_XDECREF(before);
    Py_XDECREF(threads);
    return status;
}

/* submit() starts another process when all are busy: those of the host's pool are the host's to start. A guest's could not, or
 * it would be held for good. */
static PyObject *
submit_as_it_is(PyObject *original, PyObject *executor, PyObject *job)
{
    PyObject *grows = PyUnicode_InternFromString("_safe_to_dynamically_spawn_children"); /* owned */
    PyObject *future = NULL;
    int stops = grows == NULL ? -1 : stop_growing(executor, grows);
    if (stops >= 0) {
        PyObject *given[] = {executor, PyTuple_GET_ITEM(job, 0), PyTuple_GET_ITEM(job, 1), PyTuple_GET_ITEM(job, 2)};
        future = PyObject_Vectorcall(original, given, 4, NULL);
    }
    if (stops > 0) {
        PyObject *raised = PyErr_GetRaisedException();
        if (PyObject_SetAttr(executor, grows, Py_True) < 0) {
            PyErr_Clear();
        }
        PyErr_SetRaisedException(raised);
    }
    Py_XDECREF(grows);
    return future;
}

/* submit(self, fn, /, *args, **kwargs) */
static PyObject *
submit(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_pools_here();
    const fa_authority *authority;
    if (here == NULL) {
        return NULL;
    }
    PyObject *original = here->pools->process_submit; /* borrowed */
    Py_ssize_t count = PyVectorcall_NARGS(flags);
    int found = fa_gate_is_open() ? fa_authority_get(&authority) : 0;
    if (found > 0 && count >= 2) {
        int inside = fa_mp_made_inside(here->pools, authority, args[0], "_call_queue");
        found = inside < 0 ? -1 : inside > 0 ? 0 : fa_authority_get(&authority);
    }
    if (found < 0) {
        return NULL;
    }
    if (found == 0 || count < 2 || fa_mp_jobs_may_run_anything(authority)) {
        return PyObject_Vectorcall(original, args, flags, names);
    }
    PyObject *job = pack(here, authority, args + 1, count - 1, names);                 /* owned */
    PyObject *future = job == NULL ? NULL : submit_as_it_is(original, args[0], job); /* owned */
    PyObject *outcome = future == NULL ? NULL : outcome_of(here, future);
    Py_XDECREF(future);
    Py_XDECREF(job);
    return outcome;
}

/* ---- multiprocessing.pool.Pool ---- */

static PyObject *
make_pool(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_pools_here();
    return here == NULL ? NULL : fa_mp_made_call(here, here->pools->mp_init, "_taskqueue", args, flags, names);
}

int
fa_mp_jobs_may_submit(const fa_pools *pools, const fa_authority *authority, PyObject *pool, const char *attribute)
{
    int inside = fa_mp_made_inside(pools, authority, pool, attribute);
    return inside < 0 ? -1 : inside > 0 ? 0 : fa_mp_jobs_ask();
}

int
fa_mp_jobs_note_pools(fa_pools *pools, PyObject *pool_type)
{
    return fa_redirect(pools->redirect_type, pool_type, "__init__", make_pool, &pools->mp_init);
}

/* ---- putting it in place ---- */

int
fa_mp_jobs_install(fa_pools *pools)
{
    PyObject *module = pools->process_submit != NULL ? NULL : fa_known_imported(pools->process_name); /* owned */
    PyObject *executor = module == NULL ? NULL : PyObject_GetAttrString(module, "ProcessPoolExecutor"); /* owned */
    int status = 0;
    if (module != NULL && executor == NULL) {
        fa_known_forgive(&pools->lacked); /* half imported: another time */
    }
    if (executor != NULL) {
        PyObject *jobs = PyImport_ImportModule("fastaudit._jobs"); /* owned */
        status = jobs == NULL || fa_known_take(jobs, "pack_job", &pools->process_pack) < 0
                         || fa_known_take(jobs, "run", &pools->process_run) < 0
                         || fa_known_take(jobs, "Outcome", &pools->process_outcome) < 0
                         || fa_redirect(pools->redirect_type, executor, "__init__", make_executor, &pools->process_init) < 0
                     ? -1
                     : fa_redirect(pools->redirect_type, executor, "submit", submit, &pools->process_submit);
        Py_XDECREF(jobs);
    }
    Py_XDECREF(executor);
    Py_XDECREF(module);
    return status;
}
