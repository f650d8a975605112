/* trio_tasks.c: what trio's runner is given to call in contexts of its own carries what is in force. */
#include "interpose/trio_tasks.h"

#include "authority/authority.h"
#include "authority/chain.h"
#include "authority/gate.h"
#include "interpose/carry.h"
#include "interpose/given.h"
#include "interpose/redirect.h"

/* The row and the authority where there is something to carry; NULL where not, or with -1 in *status. */
static fa_interpreter *
somewhere_held(const fa_authority **authority, int *status)
{
    fa_interpreter *here = fa_pools_here();
    *status = here == NULL ? -1 : fa_gate_is_open() ? fa_authority_get(authority) : 0;
    return *status > 0 && (*authority)->box_count > 0 ? here : NULL;
}

/* ---- EntryQueue.run_sync_soon(self, sync_fn, *args, idempotent) ---- */

/* The runner calls it in a task of its own, which knows nothing of the giver's context. */
static PyObject *
run_sync_soon(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    const fa_authority *authority;
    int status;
    fa_interpreter *here = somewhere_held(&authority, &status);
    if (status < 0) {
        return NULL;
    }
    if (here == NULL || PyVectorcall_NARGS(flags) < 2) {
        return PyObject_Vectorcall(fa_state_here()->pools->trio_run_soon, args, flags, names);
    }
    fa_node *chain = fa_authority_chain(here, authority);                          /* owned */
    PyObject *carrier = chain == NULL ? NULL : fa_carry_new(here, args[1], chain); /* owned */
    PyObject *result = carrier == NULL ? NULL
                     : fa_redirect_call_with(here->pools->trio_run_soon, args, flags, names, 1, carrier);
    Py_XDECREF(carrier);
    Py_XDECREF(chain);
    return result;
}

/* ---- Runner.spawn_impl(self, async_fn, args, nursery, name, *, system_task, context) ---- */

enum { SELF, POSITIONAL = 5, SYSTEM_TASK = POSITIONAL, CONTEXT, ALL };

/* The context that a task is to have (new reference), or NULL with an exception set. */
static PyObject *
context_for(fa_interpreter *here, PyObject *const *args)
{
    PyObject *given = Py_NewRef(args[CONTEXT]); /* owned */
    if (given == Py_None) {
        PyObject *own = PyObject_GetAttrString(args[SELF], "system_context"); /* owned: of the runner's */
        Py_SETREF(given, own == NULL ? NULL : PyContext_CheckExact(own) ? PyContext_Copy(own) : PyContext_New());
        Py_XDECREF(own);
    }
    PyObject *carrying = given == NULL ? NULL : fa_given_carry(here, given);
    Py_XDECREF(given);
    return carrying;
}

static PyObject *
spawn(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    const fa_authority *authority;
    int status;
    fa_interpreter *here = somewhere_held(&authority, &status);
    if (status < 0) {
        return NULL;
    }
    bool known = PyVectorcall_NARGS(flags) == POSITIONAL && names != NULL && PyTuple_GET_SIZE(names) == ALL - POSITIONAL;
    bool copies = known && args[CONTEXT] == Py_None && args[SYSTEM_TASK] == Py_False; /* the current one */
    if (here == NULL || copies) {
        return PyObject_Vectorcall(fa_state_here()->pools->trio_spawn, args, flags, names);
    }
    if (!known) {
        PyErr_SetString(PyExc_TypeError, "fastaudit does not know this way of trio's to make a task");
        return NULL;
    }
    PyObject *given[ALL]; /* borrowed, but for the context */
    memcpy(given, args, sizeof(given));
    given[CONTEXT] = context_for(here, args);
    PyObject *result = given[CONTEXT] == NULL ? NULL
                     : PyObject_Vectorcall(here->pools->trio_spawn, given, POSITIONAL, names);
    Py_XDECREF(given[CONTEXT]);
    return result;
}

/* ---- Instruments.add_instrument(self, instrument) ---- */

/* Whether the runner of this thread was made where all was in force that is here; also where there is none: one that is being
 * made. */
static bool
runner_is_held(fa_interpreter *here)
{
    const fa_authority *authority; /* collected last: looking for the rest may run Python code */
    fa_node *chain = NULL;         /* owned */
    PyObject *module = fa_known_module("trio._core._run");                                                     /* owned */
    PyObject *thread = module == NULL ? NULL : PyObject_GetAttrString(module, "GLOBAL_RUN_CONTEXT");          /* owned */
    PyObject *runner = thread == NULL ? NULL : PyObject_GetAttrString(thread, "runner");                      /* owned */
    PyObject *context = runner == NULL ? NULL : PyObject_GetAttrString(runner, "system_context");             /* owned */
    bool held = thread != NULL && runner == NULL && PyErr_ExceptionMatches(PyExc_AttributeError);
    if (context != NULL && PyContext_CheckExact(context) && fa_authority_get(&authority) > 0) {
        held = fa_chain_get(here, context, &chain) == 0
            && fa_chain_has_all(chain, authority->boxes, authority->box_count);
    }
    PyErr_Clear(); /* a runner that is not such as we know, or no memory to tell: that is not held */
    Py_XDECREF(chain);
    Py_XDECREF(context);
    Py_XDECREF(runner);
    Py_XDECREF(thread);
    Py_XDECREF(module);
    return held;
}

/* An instrument is called at every step of all tasks of its runner, by the runner: as a trace function is. */
static PyObject *
add_instrument(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *names)
{
    const fa_authority *authority;
    int status;
    fa_interpreter *here = somewhere_held(&authority, &status);
    if (status < 0 || (here != NULL && !runner_is_held(here) && PySys_Audit("trio.add_instrument", NULL) < 0)) {
        return NULL;
    }
    return PyObject_Vectorcall(fa_state_here()->pools->trio_instrument, args, flags, names);
}

/* ---- putting it in place ---- */

/* `module`.`type`.`name` calls `call` from now on; *original is what it did. */
static void
redirect(fa_pools *pools, const char *module, const char *type, const char *name, vectorcallfunc call,
         PyObject **original)
{
    PyObject *found = fa_known_module(module);                                        /* owned */
    PyObject *owner = found == NULL ? NULL : PyObject_GetAttrString(found, type);     /* owned */
    if (owner != NULL) {
        (void)fa_redirect(pools->redirect_type, owner, name, call, original);
    }
    fa_known_forgive(&pools->lacked); /* half imported, or another trio than we know */
    Py_XDECREF(owner);
    Py_XDECREF(found);
}

void
fa_trio_tasks_install(fa_pools *pools)
{
    redirect(pools, "trio._core._entry_queue", "EntryQueue", "run_sync_soon", run_sync_soon, &pools->trio_run_soon);
    redirect(pools, "trio._core._instrumentation", "Instruments", "add_instrument", add_instrument, &pools->trio_instrument);
    redirect(pools, "trio._core._run", "Runner", "spawn_impl", spawn, &pools->trio_spawn);
}
