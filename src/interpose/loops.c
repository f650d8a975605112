/* loops.c: contexts that code gives to an event loop carry what it is held to. */
#include "interpose/loops.h"

#include "authority/gate.h"
#include "interpose/completions.h"
#include "interpose/current_tasks.h"
#include "interpose/failures.h"
#include "interpose/given.h"
#include "interpose/handles.h"
#include "interpose/inits.h"
#include "interpose/interpose.h"
#include "interpose/known.h"
#include "interpose/loop_hooks.h"
#include "interpose/loop_policies.h"
#include "interpose/loop_settings.h"
#include "interpose/python_futures.h"
#include "interpose/python_tasks.h"
#include "interpose/resumed.h"
#include "interpose/running_loop.h"
#include "interpose/task_attributes.h"

/* A task or callback that is given a host's context would later be run in it by the host's loop, where nothing of
 * what held its giver is in force. What is replaced is the context, when the task is made or the callback added:
 * from then on asyncio's C code passes it on, also where somebody else completes what was waited for. */

/* ---- Future.add_done_callback(function, *, context=None) ---- */

static PyObject *add_to_future(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
static PyObject *add_to_task(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(future_done, add_to_future);
FA_INTERPOSED(task_done, add_to_task); /* a task has a method of its own, of the same name */

/* The same for a context that is named. A task that waits goes on where it is, and in no copy of that. */
static int
exchange_named(fa_interpreter *here, PyObject *callback, PyObject *context, PyObject *given[2])
{
    int status = 0;
    if (fa_completions_wakes(here, callback, context) || fa_python_tasks_goes_on(here, callback, context)) {
        given[1] = Py_NewRef(context);
    }
    else if (fa_python_tasks_is_wakeup(here, callback)) {
        status = fa_given_callback(here, callback, NULL, -1, context, &given[0]);
        given[1] = status < 0 ? NULL : Py_NewRef(context);
    }
    else {
        given[1] = fa_given_carry(here, context);
    }
    given[0] = given[0] == NULL ? Py_NewRef(callback) : given[0];
    return given[1] == NULL ? -1 : 0;
}

int
fa_loops_exchange(fa_interpreter *here, PyObject *callback, PyObject *context, PyObject *given[2])
{
    int status = -1;
    given[0] = given[1] = NULL;
    if (context != Py_None) {
        status = exchange_named(here, callback, context, given);
    }
    else if (fa_resumed_copy(here, &given[1]) >= 0) {
        given[0] = Py_NewRef(callback);
        given[1] = given[1] == NULL ? Py_NewRef(Py_None) : given[1];
        status = 0;
    }
    if (status < 0) {
        Py_CLEAR(given[0]);
        Py_CLEAR(given[1]);
    }
    return status;
}

static PyObject *
add_done_callback(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    fa_interpreter *here = fa_state_here();
    PyObject *given[2]; /* owned */

    Py_ssize_t named = names == NULL ? 0 : PyTuple_GET_SIZE(names);
    if (here == NULL || count != 1 || named > 1) {
        return fa_interpose_call(patch, self, args, count, names);
    }
    if (fa_loops_exchange(here, args[0], named == 1 ? args[1] : Py_None, given) < 0) {
        return NULL;
    }
    PyObject *name = named == 1 ? Py_NewRef(names) : given[1] == Py_None ? NULL : Py_BuildValue("(s)", "context");
    PyObject *result = NULL;
    if (name != NULL || given[1] == Py_None) {
        result = fa_interpose_call(patch, self, given, 1, name);
    }
    Py_XDECREF(name); /* owned */
    Py_DECREF(given[0]);
    Py_DECREF(given[1]);
    return result;
}

static PyObject *
add_to_future(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return add_done_callback(&future_done_patch, self, args, count, names);
}

static PyObject *
add_to_task(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return add_done_callback(&task_done_patch, self, args, count, names);
}

/* ---- Task(coro, *, context=None, …) ---- */

static initproc original_task_init; /* written once, by fa_inits_replace() */

/* The context that a task is to be made with: *context is a new reference, or NULL when what was given will do.
 * Returns 0, or -1 with an exception set. */
static int
context_for_task(fa_interpreter *here, PyObject *given, PyObject **context)
{
    *context = NULL;
    if (given == NULL || given == Py_None) {
        return fa_resumed_copy(here, context) < 0 ? -1 : 0;
    }
    *context = fa_given_carry(here, given);
    return *context == NULL ? -1 : 0;
}

/* The same for its name. */
static int
name_for_task(PyObject *given, PyObject **name)
{
    *name = NULL;
    if (given == NULL || PyUnicode_CheckExact(given)) {
        return 0;
    }
    Py_INCREF(given); /* code of its class may take it out of the dict */
    *name = fa_task_attributes_name(given);
    Py_DECREF(given);
    return *name == NULL ? -1 : 0;
}

static int
init_task(PyObject *self, PyObject *args, PyObject *kwargs)
{
    fa_interpreter *here = fa_gate_is_open() ? fa_state_here() : NULL;
    PyObject *context, *name = NULL; /* owned */
    static const char *const names[] = {"context", "name", NULL};
    PyObject *given[2]; /* borrowed */
    if (here == NULL) {
        return original_task_init(self, args, kwargs);
    }
    if (!fa_inits_find(kwargs, names, given)) {
        PyErr_SetString(PyExc_TypeError, "Task() takes keywords that are plain strings");
        return -1;
    }
    if (context_for_task(here, given[0], &context) < 0 || name_for_task(given[1], &name) < 0) {
        Py_XDECREF(context);
        return -1;
    }
    if (context == NULL && name == NULL) {
        return original_task_init(self, args, kwargs);
    }
    PyObject *changed = kwargs == NULL ? PyDict_New() : PyDict_Copy(kwargs); /* owned */
    int status = changed == NULL ? -1 : 0;
    if (status == 0 && context != NULL) {
        status = PyDict_SetItemString(changed, "context", context);
    }
    if (status == 0 && name != NULL) {
        status = PyDict_SetItemString(changed, "name", name);
    }
    status = status < 0 ? -1 : original_task_init(self, args, changed);
    Py_XDECREF(changed);
    Py_XDECREF(name);
    Py_XDECREF(context);
    return status;
}

/* ---- putting it in place ---- */

static int
install_in(PyObject *module)
{
    PyObject *task = PyObject_GetAttrString(module, "Task"); /* owned */
    PyObject *method = task == NULL ? NULL : PyObject_GetAttrString(task, "add_done_callback"); /* owned */
    int status = -1;
    if (method != NULL && PyType_Check(task) &&
        fa_interpose_named(&future_done_patch, "_asyncio", "Future", "add_done_callback") >= 0) {
        bool own = Py_IS_TYPE(method, &PyMethodDescr_Type) && (PyObject *)((PyDescrObject *)method)->d_type == task;
        status = own ? fa_interpose_function(&task_done_patch, method) : 0;
    }
    if (status == 0) {
        status = fa_inits_replace((PyTypeObject *)task, init_task, &original_task_init);
    }
    Py_XDECREF(method);
    Py_XDECREF(task);
    return status;
}

/* `install`, given a module that has been imported. */
static void
install_python(fa_pools *pools, const char *name, void (*install)(fa_pools *, PyObject *))
{
    PyObject *module = fa_known_module(name); /* owned, or NULL */
    if (module != NULL) {
        install(pools, module);
        Py_DECREF(module);
    }
    fa_known_forgive(&pools->lacked);
}

int
fa_loops_install(fa_interpreter *here)
{
    PyObject *module = here->loops_held ? NULL : fa_known_module("_asyncio"); /* owned, or NULL */
    int status = module == NULL && PyErr_Occurred() ? -1 : 0;
    if (module != NULL) {
        status = install_in(module);
        status = status < 0 ? -1 : fa_completions_install(here, module);
        status = status < 0 ? -1 : fa_handles_install();
        status = status < 0 ? -1 : fa_running_loop_install();
        status = status < 0 ? -1 : fa_current_tasks_install();
        status = status < 0 ? -1 : fa_task_attributes_install(here->future_type, here->task_type);
        if (status == 0) {
            install_python(here->pools, "asyncio.tasks", fa_python_tasks_install);
            install_python(here->pools, "asyncio.futures", fa_python_futures_install);
            install_python(here->pools, "asyncio.events", fa_failures_install);
            install_python(here->pools, "asyncio.events", fa_running_loop_note);
            install_python(here->pools, "asyncio.events", fa_loop_policies_install);
            install_python(here->pools, "asyncio.base_events", fa_loop_hooks_install);
            install_python(here->pools, "asyncio.base_events", fa_loop_settings_install);
        }
        if (status == 0 && here->pools->lacked) {
            PyErr_NoMemory();
            status = -1;
        }
        here->loops_held = status == 0;
        Py_DECREF(module);
    }
    return status;
}
