/* asked_tasks.c: what a task calls of what it holds, it calls under what its own context carries. */
#include "interpose/asked_tasks.h"

#include "authority/chain.h"
#include "authority/gate.h"
#include "interpose/carry.h"
#include "interpose/completions.h"
#include "interpose/interpose.h"
#include "interpose/slots.h"
#include "support/text.h"

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

static reprfunc original_repr, original_future_repr; /* written once, before ours are called; as is: */
static destructor original_finalize;
static getter get_unasked, get_state; /* whether nobody asked for its exception, and whether it is done */

/* It shows its callbacks, too: each came with the context of whoever added it. All but the first are pairs in a list. */
static int
visit_contexts(PyObject *object, void *contexts)
{
    int status = PyContext_CheckExact(object) ? PyList_Append(contexts, object) : 0;
    for (Py_ssize_t i = 0; status == 0 && PyList_CheckExact(object) && i < PyList_GET_SIZE(object); i++) {
        PyObject *pair = PyList_GET_ITEM(object, i); /* borrowed: nobody else is shown this list */
        if (PyTuple_CheckExact(pair) && PyTuple_GET_SIZE(pair) == 2 && PyContext_CheckExact(PyTuple_GET_ITEM(pair, 1))) {
            status = PyList_Append(contexts, PyTuple_GET_ITEM(pair, 1));
        }
    }
    return status;
}

/* `chain` (stolen) with what `more` has beyond it. */
static fa_node *
join(fa_interpreter *here, fa_node *chain, const fa_node *more)
{
    for (; chain != NULL && more != NULL; more = more->outer) {
        fa_box *box = more->box;
        if (box != NULL && !fa_chain_has(chain, box)) {
            Py_SETREF(chain, fa_chain_join(here, chain, &box, 1));
        }
    }
    return chain;
}

/* What is carried by any of the contexts that a future, or a task, holds. As carried_by(). */
static fa_node *
carried_by_all(fa_interpreter *here, PyObject *future)
{
    fa_node *all = NULL;                   /* owned */
    PyObject *contexts = PyList_New(0); /* owned */
    int status = contexts == NULL ? -1 : Py_TYPE(future)->tp_traverse(future, visit_contexts, contexts);
    for (Py_ssize_t i = 0; status == 0 && i < PyList_GET_SIZE(contexts); i++) {
        fa_node *one = carried_by(here, PyList_GET_ITEM(contexts, i)); /* owned */
        all = all == NULL ? (fa_node *)Py_XNewRef(one) : join(here, all, one);
        status = PyErr_Occurred() ? -1 : 0;
        Py_XDECREF(one);
    }
    if (status < 0) {
        Py_CLEAR(all);
    }
    Py_XDECREF(contexts);
    return all;
}

typedef struct showing {
    PyObject *future;
    reprfunc how;
} showing;

static PyObject *
call_repr(void *data)
{
    const showing *s = data;
    return s->how(s->future);
}

static PyObject *
show(PyObject *future, reprfunc how)
{
    fa_interpreter *here = fa_gate_is_open() ? fa_state_here() : NULL;
    fa_node *chain = here == NULL ? NULL : carried_by_all(here, future); /* owned */
    showing s = {future, how};
    if (chain == NULL && PyErr_Occurred()) {
        return NULL;
    }
    PyObject *shown = chain == NULL ? how(future) : fa_carry_run(here, chain, call_repr, &s);
    if (shown == NULL && chain != NULL && PyErr_ExceptionMatches(here->violation)) {
        PyErr_Clear(); /* what a guest's policy refuses is no error of whoever looks at its task */
        shown = PyUnicode_FromFormat("<%s object at %p>", Py_TYPE(future)->tp_name, future);
    }
    Py_XDECREF(chain);
    return shown;
}

static PyObject *
show_task(PyObject *task)
{
    return show(task, original_repr);
}

static PyObject *
show_future(PyObject *future)
{
    return show(future, original_future_repr);
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
    PyObject *unasked = get_unasked(task, NULL);                        /* owned */
    PyObject *state = unasked == NULL ? NULL : get_state(task, NULL); /* owned */
    bool tells = state == NULL || unasked != Py_False || fa_text_is(state, "PENDING");
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
fa_asked_tasks_install(PyTypeObject *future, PyTypeObject *task)
{
    const size_t shows = offsetof(PyTypeObject, tp_repr);
    if (fa_slots_attribute(task, "_log_traceback", &get_unasked, NULL, NULL, NULL) < 0 ||
        fa_slots_attribute(task, "_state", &get_state, NULL, NULL, NULL) < 0 ||
        fa_interpose_method(&cancel_patch, task, "cancel") < 0 ||
        fa_slots_replace(future, shows, "__repr__", (fa_slot)show_future, (fa_slot *)&original_future_repr) < 0 ||
        fa_slots_replace(task, shows, "__repr__", (fa_slot)show_task, (fa_slot *)&original_repr) < 0) {
        return -1;
    }
    return fa_slots_replace(task, offsetof(PyTypeObject, tp_finalize), "__del__", (fa_slot)finalize_task,
                            (fa_slot *)&original_finalize);
}
