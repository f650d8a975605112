/* asked_tasks.c: what a task calls of what it holds, it calls under what its own context carries. */
#include "interpose/asked_tasks.h"

#include "authority/chain.h"
#include "authority/gate.h"
#include "interpose/carry.h"
#include "interpose/completions.h"
#include "interpose/interpose.h"
#include "interpose/slots.h"

/* A host cancels the task of a guest (wait_for() does), shows it in an error, or lets go of it. Each has the task call
 * methods of what the guest waits for, returned or raised, from wherever the host is. */

/* What is in force in a context (new reference), or NULL: nothing, or with an exception set. */
static fa_node *
carried_by(fa_interpreter *here, PyObject *context)
{
    fa_node *chain = NULL;
    if (context == NULL || fa_chain_get(here, context, &chain) < 0) {
        return NULL;
    }
    const fa_node *node = chain;
    while (node != NULL && node->box == NULL) {
        node = node->outer;
    }
    if (node == NULL) {
        Py_CLEAR(chain);
    }
    return chain;
}

/* The same for a task of asyncio's in C. */
static fa_node *
carried_by_task(fa_interpreter *here, PyObject *task)
{
    PyObject *context = here == NULL ? NULL : fa_completions_context(here, task); /* owned */
    fa_node *chain = carried_by(here, context);
    Py_XDECREF(context);
    return chain;
}

/* ---- Task.cancel ---- */

static PyObject *cancel_task(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(cancel, cancel_task);

typedef struct call {
    PyObject *self; /* borrowed, as all of them */
    PyObject *const *args;
    size_t count;
    PyObject *names;
} call;

static PyObject *
call_cancel(void *data)
{
    const call *c = data;
    return fa_interpose_call(&cancel_patch, c->self, c->args, (Py_ssize_t)c->count, c->names);
}

static PyObject *
cancel_task(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    fa_interpreter *here = fa_state_here();
    fa_node *chain = carried_by_task(here, self); /* owned */
    call c = {self, args, (size_t)count, names};
    if (chain == NULL && PyErr_Occurred()) {
        return NULL;
    }
    PyObject *result = chain == NULL ? call_cancel(&c) : fa_carry_run(here, chain, call_cancel, &c);
    Py_XDECREF(chain);
    return result;
}

/* ---- the same of a task in Python ---- */

PyObject *
fa_asked_tasks_call(fa_interpreter *here, PyObject *context, PyObject *method, PyObject *const *args, size_t flags,
                    PyObject *names)
{
    fa_node *chain = carried_by(here, context); /* owned */
    if (chain == NULL && PyErr_Occurred()) {
        return NULL;
    }
    PyObject *result = chain == NULL ? PyObject_Vectorcall(method, args, flags, names)
                                     : fa_carry_call(here, chain, method, args, flags, names);
    Py_XDECREF(chain);
    return result;
}

/* ---- repr() ---- */

static reprfunc original_repr; /* written once, before ours is called; as is: */
static destructor original_finalize;

static PyObject *
call_repr(void *task)
{
    return original_repr(task);
}

static PyObject *
show_task(PyObject *task)
{
    fa_interpreter *here = fa_gate_is_open() ? fa_state_here() : NULL;
    fa_node *chain = here == NULL ? NULL : carried_by_task(here, task); /* owned */
    if (chain == NULL && PyErr_Occurred()) {
        return NULL;
    }
    PyObject *shown = chain == NULL ? original_repr(task) : fa_carry_run(here, chain, call_repr, task);
    if (shown == NULL && chain != NULL && PyErr_ExceptionMatches(here->violation)) {
        PyErr_Clear(); /* what a guest's policy refuses is no error of whoever looks at its task */
        shown = PyUnicode_FromFormat("<%s object at %p>", Py_TYPE(task)->tp_name, task);
    }
    Py_XDECREF(chain);
    return shown;
}

/* ---- the finaliser ---- */

static PyObject *
call_finalize(void *task)
{
    original_finalize(task);
    return Py_NewRef(Py_None);
}

/* It tells the loop of an exception that nobody asked for, and of a task that was not done; mostly there is neither. */
static bool
has_something_to_tell(fa_interpreter *here, PyObject *task)
{
    if (!Py_IS_TYPE(task, here->task_type)) {
        return true;
    }
    PyObject *unasked = PyObject_GetAttrString(task, "_log_traceback");                    /* owned */
    PyObject *state = unasked == NULL ? NULL : PyObject_GetAttrString(task, "_state"); /* owned */
    bool tells = state == NULL || unasked != Py_False || PyUnicode_CompareWithASCIIString(state, "PENDING") == 0;
    PyErr_Clear();
    Py_XDECREF(state);
    Py_XDECREF(unasked);
    return tells;
}

static void
finalize_task(PyObject *task)
{
    fa_interpreter *here = fa_gate_is_open() ? fa_state_here() : NULL;
    if (here == NULL || here->task_type == NULL) {
        original_finalize(task);
        return;
    }
    PyObject *raised = PyErr_GetRaisedException();
    fa_node *chain = has_something_to_tell(here, task) ? carried_by_task(here, task) : NULL; /* owned */
    bool failed = PyErr_Occurred() != NULL;
    PyObject *done = failed || chain == NULL ? NULL : fa_carry_run(here, chain, call_finalize, task); /* owned */
    if (failed || (chain != NULL && done == NULL)) {
        PyErr_WriteUnraisable(NULL); /* it goes untold, rather than with more authority than it has */
    }
    else if (chain == NULL) {
        original_finalize(task);
    }
    Py_XDECREF(done);
    Py_XDECREF(chain);
    PyErr_SetRaisedException(raised);
}

/* ---- putting it in place ---- */

int
fa_asked_tasks_install(PyTypeObject *task)
{
    if (fa_interpose_method(&cancel_patch, task, "cancel") < 0) {
        return -1;
    }
    int status = fa_slots_replace(task, offsetof(PyTypeObject, tp_repr), "__repr__", (fa_slot)show_task,
                                  (fa_slot *)&original_repr);
    return status < 0 ? -1 : fa_slots_replace(task, offsetof(PyTypeObject, tp_finalize), "__del__",
                                              (fa_slot)finalize_task, (fa_slot *)&original_finalize);
}
