/* trio_pools.c: jobs given to trio's threads carry what their giver is held to, and the threads are nobody's. */
#include "interpose/trio_pools.h"

#include "authority/authority.h"
#include "authority/gate.h"
#include "interpose/carry.h"
#include "interpose/redirect.h"

/* trio keeps threads for ten seconds, and gives them what anybody has to do. ThreadCache.start_thread_soon(self, fn,
 * deliver, name) is the one way to them: the job and what its result is given to are exchanged for carriers. */
enum { SELF, JOB, DELIVER, LEAST };

static PyObject *
start_thread_soon(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    Py_ssize_t count = PyVectorcall_NARGS(flags);
    fa_interpreter *here = fa_pools_here();
    const fa_authority *authority;
    if (here == NULL) {
        return NULL;
    }
    PyObject *original = here->pools->trio_original; /* borrowed */
    int found = fa_gate_is_open() ? fa_authority_get(&authority) : 0;
    if (found <= 0 || authority->box_count == 0 || count < LEAST || count > LEAST + 1 || names != NULL) {
        return found < 0 ? NULL : PyObject_Vectorcall(original, args, flags, names);
    }
    PyObject *changed[LEAST + 1], *result = NULL;
    memcpy(changed, args, (size_t)count * sizeof(PyObject *));
    fa_node *chain = fa_authority_chain(here, authority);                                            /* owned */
    changed[JOB] = chain == NULL ? NULL : fa_carry_new(here, args[JOB], chain);                      /* owned */
    changed[DELIVER] = changed[JOB] == NULL ? NULL : fa_carry_new(here, args[DELIVER], chain);       /* owned */
    if (changed[DELIVER] != NULL) {
        result = PyObject_Vectorcall(original, changed, (size_t)count, NULL);
    }
    Py_XDECREF(changed[DELIVER]);
    Py_XDECREF(changed[JOB]);
    Py_XDECREF(chain);
    return result;
}

bool
fa_trio_pools_starts(const fa_pools *pools, fa_frame *starter, PyObject *target)
{
    return fa_known_runs(&pools->trio_init, starter)
        && fa_known_runs(&pools->trio_start, fa_frames_outer(starter)) && target != NULL && PyMethod_Check(target)
        && fa_known_is(&pools->trio_work, PyMethod_GET_FUNCTION(target));
}

void
fa_trio_pools_install(fa_pools *pools, PyObject *module)
{
    PyObject *cache = PyObject_GetAttrString(module, "ThreadCache");   /* owned */
    PyObject *worker = PyObject_GetAttrString(module, "WorkerThread"); /* owned */
    if (cache != NULL && worker != NULL && pools->trio_original == NULL
        && fa_known_note(&pools->trio_init, worker, "__init__") == 0
        && fa_known_note(&pools->trio_work, worker, "_work") == 0
        && fa_known_note(&pools->trio_start, cache, "start_thread_soon") == 0) {
        (void)fa_redirect(pools->redirect_type, cache, "start_thread_soon", start_thread_soon, &pools->trio_original);
    }
    /* Half imported, or another trio than we know: then its threads inherit, as any do. */
    fa_known_forgive(&pools->lacked);
    Py_XDECREF(worker);
    Py_XDECREF(cache);
}
