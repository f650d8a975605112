/* anyio_jobs.c: jobs given to anyio's processes, which a loop keeps for whoever comes next. */
#include "interpose/anyio_jobs.h"

#include "authority/authority.h"
#include "authority/gate.h"
#include "interpose/mp_jobs.h"
#include "interpose/redirect.h"

/* They wait for five minutes, and nobody holds them. What a guest does to one is there when a host comes, which unpickles what it
 * answers. So a guest asks as for a program. */

/* anyio.to_process.run_sync(func, *args, cancellable, limiter): where its coroutine begins */
static PyObject *
run_sync(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    fa_interpreter *here = fa_pools_here();
    int inside = here == NULL ? -1 : fa_gate_is_open() ? fa_authority_is_inside() : 0;
    if (inside < 0 || (inside > 0 && fa_mp_jobs_ask() < 0)) {
        return NULL;
    }
    return PyObject_Vectorcall(here->pools->anyio_run, args, flags, names);
}

int
fa_anyio_jobs_install(fa_pools *pools)
{
    PyObject *module = pools->anyio_run != NULL ? NULL : fa_known_module("anyio.to_process");         /* owned */
    PyObject *function = module == NULL ? NULL : PyObject_GetAttrString(module, "run_sync"); /* owned */
    fa_known_forgive(&pools->lacked); /* half imported: another time */
    int status = function == NULL ? 0 : fa_redirect(pools->redirect_type, module, "run_sync", run_sync, &pools->anyio_run);
    Py_XDECREF(function);
    Py_XDECREF(module);
    return status;
}
