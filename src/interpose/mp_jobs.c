/* mp_jobs.c: jobs given to processes that were started outside are held there, or refused. */
#include "interpose/mp_jobs.h"

#include "authority/chain.h"
#include "authority/gate.h"
#include "enforce/enforce.h"
#include "interpose/mp_children.h"
#include "interpose/redirect.h"

/* A process that runs already knows nothing of a scope here, and what pickles a job, or unpickles what comes of it, is a
 * thread of the host's. An executor's job is therefore packed where it is given, unpacked in a process that is held by then
 * (fastaudit/_jobs.py), and so is its outcome, the other way round. Pools of multiprocessing's hand out what they are given
 * piece by piece: theirs are refused, unless the pool was made inside. Whoever may run any program is let. */

static const char EVENT[] = "multiprocessing.pool.submit";

static bool
may_run_anything(const fa_authority *authority)
{
    const fa_event event = {.name = EVENT, .id = FA_EVENT_MULTIPROCESSING_POOL_SUBMIT, .right = FA_EXEC};
    return fa_enforce_allows(authority, &event);
}

/* ---- ProcessPoolExecutor.submit(self, fn, /, *args, **kwargs) ---- */

/* The job (new reference, NULL with an exception set): nothing in it but bytes, and of a class that nobody can change. */
static PyObject *
pack(fa_interpreter *here, const fa_authority *authority, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    const fa_pools *pools = here->pools;
    PyObject *policies = fa_mp_children_policies(here, authority);                                        /* owned */
    PyObject *held = policies == NULL ? NULL : PyObject_CallOneArg(pools->dumps, policies);               /* owned */
    PyObject *work = held == NULL ? NULL : PyObject_Vectorcall(pools->process_pack, args, (size_t)count, names); /* owned */
    PyObject *job = NULL;
    if (work != NULL && (!PyBytes_CheckExact(held) || !PyBytes_CheckExact(work))) {
        PyErr_SetString((PyObject *)here->scope_error, "a job for another process could not be packed: somebody changed what does it");
    }
    else if (work != NULL) {
        job = PyObject_CallFunction(pools->process_job, "(OO)O()", held, work, Py_None);
    }
    Py_XDECREF(work);
    Py_XDECREF(held);
    Py_XDECREF(policies);
    return job;
}

static PyObject *
submit(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_state_here();
    const fa_authority *authority;
    if (here == NULL || here->pools == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: this interpreter is going away");
        return NULL;
    }
    PyObject *original = here->pools->process_submit; /* borrowed */
    Py_ssize_t count = PyVectorcall_NARGS(flags);
    int found = fa_gate_is_open() ? fa_authority_get(&authority) : 0;
    if (found < 0) {
        return NULL;
    }
    if (found == 0 || authority->box_count == 0 || count < 2 || may_run_anything(authority)) {
        return PyObject_Vectorcall(original, args, flags, names);
    }
    PyObject *job = pack(here, authority, args + 1, count - 1, names);                                 /* owned */
    PyObject *executor[] = {args[0], job};
    PyObject *future = job == NULL ? NULL : PyObject_Vectorcall(original, executor, 2, NULL);        /* owned */
    PyObject *outcome = future == NULL ? NULL : PyObject_CallOneArg(here->pools->process_outcome, future);
    Py_XDECREF(future);
    Py_XDECREF(job);
    return outcome;
}

/* ---- multiprocessing.pool.Pool ---- */

static PyObject *
make_pool(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_state_here();
    const fa_authority *authority;
    fa_node *chain = NULL; /* owned */
    if (here == NULL || here->pools == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: this interpreter is going away");
        return NULL;
    }
    fa_pools *pools = here->pools;
    int found = fa_gate_is_open() ? fa_authority_get(&authority) : 0;
    if (found > 0 && authority->box_count > 0) {
        chain = fa_authority_chain(here, authority);
        found = chain == NULL ? -1 : found;
    }
    PyObject *result = found < 0 ? NULL : PyObject_Vectorcall(pools->mp_init, args, flags, names);
    if (result != NULL && chain != NULL && PyVectorcall_NARGS(flags) > 0
        && fa_noted_put(&pools->mp_made, args[0], (PyObject *)chain) < 0) {
        Py_CLEAR(result);
    }
    Py_XDECREF(chain);
    return result;
}

int
fa_mp_jobs_may_submit(const fa_pools *pools, const fa_authority *authority, PyObject *pool)
{
    PyObject *chain; /* owned */
    int found = fa_noted_get(&pools->mp_made, pool, &chain);
    for (uint32_t i = 0; found > 0 && i < authority->box_count; i++) {
        found = fa_chain_has((fa_node *)chain, authority->boxes[i]);
    }
    Py_XDECREF(chain);
    return found < 0 ? -1 : found > 0 ? 0 : PySys_Audit(EVENT, NULL);
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
        PyErr_Clear(); /* half imported: another time */
    }
    if (executor != NULL) {
        PyObject *jobs = PyImport_ImportModule("fastaudit._jobs"); /* owned */
        status = jobs == NULL || fa_known_take(jobs, "pack_job", &pools->process_pack) < 0
                         || fa_known_take(jobs, "Job", &pools->process_job) < 0 || fa_known_take(jobs, "Outcome", &pools->process_outcome) < 0
                         || fa_known_take(jobs, "dumps", &pools->dumps) < 0
                     ? -1
                     : fa_redirect(pools->redirect_type, executor, "submit", submit, &pools->process_submit);
        Py_XDECREF(jobs);
    }
    Py_XDECREF(executor);
    Py_XDECREF(module);
    return status;
}
