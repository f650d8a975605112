/* completions.c: what asyncio's C code hands to a loop when something that was waited for is done. */
#include "interpose/completions.h"

#include "interpose/asked_tasks.h"
#include "interpose/completing.h"
#include "interpose/interpose.h"
#include "interpose/shown.h"
#include "interpose/wakes.h"

/* A guest that completes a future, or whose task ends, has what waits for it called: by loop.call_soon(), with the
 * waiting task's own context, from C code that leaves no frame. What tells it from a call that the guest makes:
 *
 * 1. A task's own step or wake-up in the task's own context. It does what the task is there for, whoever asks. Which
 *    context that is, the task says, to C.
 * 2. A callback that stood in the list of a future when something began to complete it, with the context and the
 *    argument that it is called with: it was added by its owner, or carries since it was added (loops.c). */

/* ---- Future.set_result, set_exception, cancel ---- */

#define COMPLETING(NAME)                                                                                              \
    static PyObject *NAME##_here(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);                              \
    FA_INTERPOSED(NAME, NAME##_here);                                                                                 \
    static PyObject *NAME##_here(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)            \
    {                                                                                                                 \
        fa_completing *made = fa_completing_begin(self);                                                              \
        PyObject *result = fa_interpose_call(&NAME##_patch, self, args, count, names);                                \
        if (made != NULL) {                                                                                           \
            fa_completing_end(made);                                                                                  \
        }                                                                                                             \
        return result;                                                                                                \
    }

COMPLETING(set_result)
COMPLETING(set_exception)
COMPLETING(cancel)
COMPLETING(wakeup) /* a task's, which is a built-in function made for each wait */

/* ---- a task's step ---- */

static ternaryfunc original_step; /* written once, as is: */
static getter step_task;          /* what tells a step's task */

static PyObject *
call_step(PyObject *self, PyObject *args, PyObject *kwargs)
{
    fa_completing *made = NULL;
    PyObject *task = NULL; /* owned */
    fa_interpreter *here = fa_gate_is_open() ? fa_state_here() : NULL;
    if (here != NULL && here->task_type != NULL) {
        task = step_task(self, NULL);
        made = task == NULL ? NULL : fa_completing_begin_step(here, task);
        if (task == NULL) {
            PyErr_Clear();
        }
    }
    PyObject *result = original_step(self, args, kwargs);
    if (made != NULL) {
        fa_completing_end(made);
    }
    if (task != NULL) {
        PyObject *raised = result == NULL ? PyErr_GetRaisedException() : NULL; /* owned */
        Py_DECREF(task);
        if (raised != NULL) {
            PyErr_SetRaisedException(raised);
        }
    }
    return result;
}

/* Whether this is the type of a task's steps. Nothing leads to it but a step, so it is met when the first is handed
 * to a loop. A class made in Python is neither immutable nor without heirs, whatever its name. */
static bool
is_step_type(PyTypeObject *type)
{
    if (type->tp_call == call_step) {
        return true;
    }
    if ((type->tp_flags & Py_TPFLAGS_BASETYPE) != 0 || (type->tp_flags & Py_TPFLAGS_IMMUTABLETYPE) == 0) {
        return false;
    }
    const char *name = strrchr(type->tp_name, '.');
    if (strcmp(name == NULL ? type->tp_name : name + 1, "TaskStepMethWrapper") != 0 || type->tp_call == NULL ||
        (original_step != NULL && original_step != type->tp_call)) {
        return false;
    }
    PyGetSetDef *shown = type->tp_getset;
    while (shown != NULL && shown->name != NULL && strcmp(shown->name, "__self__") != 0) {
        shown++;
    }
    if (shown == NULL || shown->name == NULL) {
        return false;
    }
    step_task = shown->get;
    original_step = type->tp_call;
    __atomic_store_n(&type->tp_call, call_step, __ATOMIC_RELEASE);
    return true;
}

/* The task whose step or wake-up this is (new reference), else NULL without an exception. */
static PyObject *
task_of(fa_interpreter *here, PyObject *callback, bool *is_step)
{
    *is_step = is_step_type(Py_TYPE(callback));
    PyObject *task = NULL; /* owned */
    if (*is_step) {
        task = step_task(callback, NULL);
        if (task == NULL) {
            PyErr_Clear();
        }
    }
    else if (fa_completing_is_wakeup(callback)) {
        task = Py_XNewRef(PyCFunction_GET_SELF(callback));
    }
    if (task != NULL && !PyObject_TypeCheck(task, here->task_type)) {
        Py_CLEAR(task);
    }
    if (task != NULL && !*is_step && fa_interpose_function(&wakeup_patch, callback) < 0) {
        PyErr_Clear();
        Py_CLEAR(task);
    }
    return task;
}

/* ---- whose it is ---- */

/* What a task visits first is its type, where that is made at run time, and then the context. */
static int
visit_first(PyObject *object, void *data)
{
    PyObject **first = data;
    if (*first == NULL && PyType_Check(object)) {
        return 0;
    }
    *first = object;
    return 1;
}

PyObject *
fa_completions_context(fa_interpreter *here, PyObject *task)
{
    PyObject *shown = NULL;
    (void)here->task_type->tp_traverse(task, visit_first, &shown);
    /* One that was made past its initialiser has none. Its method get_context(), from 3.12, would crash then. */
    return shown == NULL || !PyContext_CheckExact(shown) ? NULL : Py_NewRef(shown);
}

/* Whether `context` is the one that the task runs in. */
static bool
is_own(fa_interpreter *here, PyObject *task, PyObject *context)
{
    PyObject *own = fa_completions_context(here, task); /* owned */
    Py_XDECREF(own);
    return own != NULL && own == context;
}

/* Whether the task waits for that future (or for what passes itself off as one). */
static bool
waits_for(fa_interpreter *here, PyObject *task, PyObject *future)
{
    PyObject *waiter = Py_TYPE(here->task_waiter)->tp_descr_get(here->task_waiter, task, (PyObject *)Py_TYPE(task));
    if (waiter == NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(waiter);
    return waiter == future;
}

static bool
is_plain(fa_interpreter *here, PyObject *future)
{
    return Py_IS_TYPE(future, here->future_type) || Py_IS_TYPE(future, here->task_type) || fa_shown_is(here, future);
}

bool
fa_completions_wakes(fa_interpreter *here, PyObject *callback, PyObject *context)
{
    bool is_step;
    callback = fa_wakes_whom(here, callback);
    PyObject *task = here->task_type == NULL ? NULL : task_of(here, callback, &is_step); /* owned */
    bool wakes = task != NULL && !is_step && is_own(here, task, context);
    Py_XDECREF(task);
    return wakes;
}

bool
fa_completions_has(fa_interpreter *here, PyObject *callback, PyObject *const *args, Py_ssize_t count,
                   PyObject *context)
{
    bool is_step;
    if (here->task_type == NULL) {
        return false;
    }
    if (fa_wakes_whom(here, callback) != callback) {
        return fa_completions_wakes(here, callback, context); /* whatever it is called with */
    }
    PyObject *task = task_of(here, callback, &is_step); /* owned */
    if (task == NULL) {
        return count == 1 && fa_completing_has(args[0], callback, context);
    }
    bool has = false;
    if (is_step) {
        has = count == 0 && is_own(here, task, context);
    }
    else if (count == 1) {
        /* It asks what it is given for its result: by Python code, unless that is a plain future. */
        bool plain = is_plain(here, args[0]);
        has = (plain && is_own(here, task, context))
            || ((plain || waits_for(here, task, args[0])) && fa_completing_has(args[0], callback, context));
    }
    Py_DECREF(task);
    return has;
}

/* ---- putting it in place ---- */

int
fa_completions_install(fa_interpreter *here, PyObject *module)
{
    PyObject *future = PyObject_GetAttrString(module, "Future");                                    /* owned */
    PyObject *task = future == NULL ? NULL : PyObject_GetAttrString(module, "Task");                   /* owned */
    PyObject *waiter = task == NULL ? NULL : PyObject_GetAttrString(task, "_fut_waiter");           /* owned */
    PyObject *running = NULL;                                                                      /* owned */
    int status = -1;

    running = waiter == NULL ? NULL : PyObject_GetAttrString(module, "_get_running_loop");
    if (running == NULL) {
        goto done;
    }
    if (!PyType_Check(future) || !PyType_Check(task) || Py_TYPE(waiter)->tp_descr_get == NULL ||
        ((PyTypeObject *)task)->tp_traverse == NULL || !PyCFunction_CheckExact(running)) {
        PyErr_SetString(PyExc_TypeError, "fastaudit cannot interpose asyncio's futures: not those that it knows");
        goto done;
    }
    if (fa_interpose_method(&set_result_patch, (PyTypeObject *)future, "set_result") < 0 ||
        fa_interpose_method(&set_exception_patch, (PyTypeObject *)future, "set_exception") < 0 ||
        fa_interpose_method(&cancel_patch, (PyTypeObject *)future, "cancel") < 0 ||
        fa_completing_install((PyTypeObject *)future, (PyTypeObject *)task) < 0 ||
        fa_asked_tasks_install((PyTypeObject *)future, (PyTypeObject *)task) < 0) {
        goto done;
    }
    Py_XSETREF(here->running_loop, Py_NewRef(running));
    Py_XSETREF(here->task_waiter, Py_NewRef(waiter));
    Py_XSETREF(here->future_type, (PyTypeObject *)Py_NewRef(future));
    Py_XSETREF(here->task_type, (PyTypeObject *)Py_NewRef(task));
    status = 0;

done:
    Py_XDECREF(running);
    Py_XDECREF(waiter);
    Py_XDECREF(task);
    Py_XDECREF(future);
    return status;
}
