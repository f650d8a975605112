/* loky_jobs.c: jobs given to executors of loky's, joblib's copy of it included. */
#include "interpose/loky_jobs.h"

#include "authority/authority.h"
#include "authority/gate.h"
#include "interpose/loky_reused.h"
#include "interpose/loky_tracker.h"
#include "interpose/mp_jobs.h"
#include "interpose/mp_made.h"
#include "interpose/redirect.h"

/* They come from the same ancestor as ProcessPoolExecutor. But they restart processes when a job comes and none is left, so that
 * one of a guest's could be in the queue by the time that is refused. So they are asked about as multiprocessing's pools are. */

static const char *const modules[FA_LOKY_COPIES] = {"loky.process_executor", "joblib.externals.loky.process_executor"};
static const char *const reused_modules[FA_LOKY_COPIES] = {"loky.reusable_executor", "joblib.externals.loky.reusable_executor"};
static const char *const trackers[FA_LOKY_COPIES] = {"loky.backend.resource_tracker",
                                                     "joblib.externals.loky.backend.resource_tracker"};
static const char QUEUE[] = "_call_queue";

static PyObject *
make(size_t copy, PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_pools_here();
    return here == NULL ? NULL : fa_mp_made_call(here, here->pools->loky[copy].init, QUEUE, args, flags, names);
}

/* submit(self, fn, *args, **kwargs) */
static PyObject *
submit(size_t copy, PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_pools_here();
    const fa_authority *authority;
    int found = here == NULL ? -1 : fa_gate_is_open() ? fa_authority_get(&authority) : 0;
    if (found > 0 && PyVectorcall_NARGS(flags) > 0) {
        found = fa_mp_jobs_may_submit(here->pools, authority, args[0], QUEUE);
    }
    return found < 0 ? NULL : PyObject_Vectorcall(here->pools->loky[copy].submit, args, flags, names);
}

static PyObject *
reuse(size_t copy, PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_pools_here();
    return here == NULL ? NULL : fa_loky_reused_give(here, &here->pools->loky[copy], args, flags, names);
}

static PyObject *
tell(size_t copy, PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_pools_here();
    return here == NULL ? NULL : fa_loky_tracker_send(&here->pools->loky[copy], args, flags, names);
}

#define OF_COPY(NAME, DOES, COPY)                                                                              \
    static PyObject *NAME(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names) \
    {                                                                                                          \
        return DOES(COPY, args, flags, names);                                                                 \
    }

OF_COPY(make_lokys, make, 0)
OF_COPY(make_joblibs, make, 1)
OF_COPY(submit_to_lokys, submit, 0)
OF_COPY(submit_to_joblibs, submit, 1)
OF_COPY(reuse_lokys, reuse, 0)
OF_COPY(reuse_joblibs, reuse, 1)
OF_COPY(tell_lokys, tell, 0)
OF_COPY(tell_joblibs, tell, 1)

static const vectorcallfunc makes[FA_LOKY_COPIES] = {make_lokys, make_joblibs};
static const vectorcallfunc submits[FA_LOKY_COPIES] = {submit_to_lokys, submit_to_joblibs};
static const vectorcallfunc reuses[FA_LOKY_COPIES] = {reuse_lokys, reuse_joblibs};
static const vectorcallfunc tells[FA_LOKY_COPIES] = {tell_lokys, tell_joblibs};

int
fa_loky_jobs_init(fa_pools *pools)
{
    int status = fa_noted_init(&pools->loky_reused);
    for (size_t i = 0; status == 0 && i < FA_LOKY_COPIES; i++) {
        fa_loky *copy = &pools->loky[i];
        copy->name = PyUnicode_InternFromString(modules[i]);
        copy->reused_name = PyUnicode_InternFromString(reused_modules[i]);
        copy->tracker_name = PyUnicode_InternFromString(trackers[i]);
        status = copy->name == NULL || copy->reused_name == NULL || copy->tracker_name == NULL ? -1 : 0;
    }
    return status;
}

/* What is in modules of their own. */
static int
install_others(fa_pools *pools, size_t i)
{
    fa_loky *copy = &pools->loky[i];
    PyObject *reused = copy->reuse != NULL ? NULL : fa_known_imported(copy->reused_name);   /* owned */
    PyObject *tracker = copy->send != NULL ? NULL : fa_known_imported(copy->tracker_name); /* owned */
    int status = reused == NULL ? 0 : fa_loky_reused_install(pools, copy, reused, reuses[i]);
    if (status == 0 && tracker != NULL) {
        status = fa_loky_tracker_install(pools, copy, tracker, tells[i]);
    }
    Py_XDECREF(tracker);
    Py_XDECREF(reused);
    return status;
}

int
fa_loky_jobs_install(fa_pools *pools)
{
    int status = 0;
    for (size_t i = 0; status == 0 && i < FA_LOKY_COPIES; i++) {
        fa_loky *copy = &pools->loky[i];
        PyObject *module = copy->submit != NULL ? NULL : fa_known_imported(copy->name);                        /* owned */
        PyObject *executor = module == NULL ? NULL : PyObject_GetAttrString(module, "ProcessPoolExecutor"); /* owned */
        if (module != NULL && executor == NULL) {
            fa_known_forgive(&pools->lacked); /* half imported: another time */
        }
        if (executor != NULL) {
            status = fa_redirect(pools->redirect_type, executor, "__init__", makes[i], &copy->init) < 0
                         ? -1
                         : fa_redirect(pools->redirect_type, executor, "submit", submits[i], &copy->submit);
        }
        Py_XDECREF(executor);
        Py_XDECREF(module);
        status = status < 0 ? -1 : install_others(pools, i);
    }
    return status;
}

void
fa_loky_jobs_clear(fa_pools *pools)
{
    fa_noted_clear(&pools->loky_reused);
    for (size_t i = 0; i < FA_LOKY_COPIES; i++) {
        fa_loky *copy = &pools->loky[i];
        Py_CLEAR(copy->name);
        Py_CLEAR(copy->init);
        Py_CLEAR(copy->submit);
        Py_CLEAR(copy->reused_name);
        Py_CLEAR(copy->reuse);
        Py_CLEAR(copy->storage);
        Py_CLEAR(copy->tracker_name);
        Py_CLEAR(copy->send);
    }
}
