/* gevent_pools.c: jobs given to gevent's pools of threads carry what their giver is held to. */
#include "interpose/gevent_pools.h"

#include "authority/authority.h"
#include "authority/gate.h"
#include "interpose/carry.h"
#include "interpose/redirect.h"

/* ThreadPool.spawn(self, func, *args, **kwargs) is the one way to its threads, also of the executor, and of gevent's own
 * look-ups of names. The job is exchanged for a carrier. */
enum { SELF, JOB, LEAST };

static PyObject *
spawn(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    Py_ssize_t count = PyVectorcall_NARGS(flags);
    fa_interpreter *here = fa_pools_here();
    const fa_authority *authority;
    if (here == NULL) {
        return NULL;
    }
    PyObject *original = here->pools->gevent_spawn; /* borrowed */
    int found = fa_gate_is_open() ? fa_authority_get(&authority) : 0;
    if (found <= 0 || authority->box_count == 0 || count < LEAST) {
        return found < 0 ? NULL : PyObject_Vectorcall(original, args, flags, names);
    }
    fa_node *chain = fa_authority_chain(here, authority);                           /* owned */
    PyObject *carrier = chain == NULL ? NULL : fa_carry_new(here, args[JOB], chain); /* owned */
    PyObject *result = carrier == NULL ? NULL : fa_redirect_call_with(original, args, flags, names, JOB, carrier);
    Py_XDECREF(carrier);
    Py_XDECREF(chain);
    return result;
}

void
fa_gevent_pools_install(fa_pools *pools)
{
    PyObject *hubs = pools->hub_run.code == NULL ? fa_known_module("gevent.hub") : NULL;       /* owned */
    PyObject *hub = hubs == NULL ? NULL : PyObject_GetAttrString(hubs, "Hub");                 /* owned */
    if (hub != NULL) {
        (void)fa_known_note(&pools->hub_run, hub, "run");
    }
    fa_known_forgive(&pools->lacked);
    Py_XDECREF(hub);
    Py_XDECREF(hubs);
    PyObject *module = fa_known_imported(pools->gevent_name);                                  /* owned */
    PyObject *pool = module == NULL ? NULL : PyObject_GetAttrString(module, "ThreadPool");     /* owned */
    if (pool != NULL) {
        (void)fa_redirect(pools->redirect_type, pool, "spawn", spawn, &pools->gevent_spawn);
    }
    fa_known_forgive(&pools->lacked); /* half imported, or another gevent than we know */
    Py_XDECREF(pool);
    Py_XDECREF(module);
}
