/* python_tasks.c: which context a task of asyncio's Python implementation runs in. */
#include "interpose/python_tasks.h"

#include "authority/gate.h"
#include "interpose/asked_tasks.h"
#include "interpose/redirect.h"
#include "interpose/shown.h"
#include "interpose/wakes.h"

/* Such a task keeps its context in an attribute, and gives it to the loop at each step. Anybody can write it, so what
 * counts is the context that the task was given to the loop with for the first time: that was judged. */

/* ---- what is noted ---- */

/* The context of a task: 1 and a new reference, 0 (and NULL), -1 with an exception set. */
static int
home_of(const fa_pools *pools, PyObject *task, PyObject **home)
{
    PyObject *weak; /* owned */
    *home = NULL;
    int found = fa_noted_get(&pools->task_contexts, task, &weak);
    if (found > 0) {
        found = PyWeakref_GetRef(weak, home);
    }
    Py_XDECREF(weak);
    return found;
}

static int
note(fa_pools *pools, PyObject *task, PyObject *context)
{
    PyObject *home = PyWeakref_NewRef(context, NULL); /* owned */
    int status = home == NULL ? -1 : fa_noted_put(&pools->task_contexts, task, home);
    Py_XDECREF(home);
    return status;
}

/* ---- whose callback it is ---- */

enum { STEP, WAKEUP, METHODS = FA_TASK_METHODS };
static const char *const names[FA_TASK_METHODS] = {"_Task__step", "_Task__wakeup"};

/* The task (borrowed) that `callback` goes on with, or NULL. */
static PyObject *
task_of(const fa_interpreter *here, PyObject *callback, int *method)
{
    if (!PyMethod_Check(callback) || here->pools == NULL) {
        return NULL;
    }
    PyObject *function = PyMethod_GET_FUNCTION(callback); /* borrowed */
    for (*method = 0; *method < METHODS; ++*method) {
        /* The function itself: one with the same code could close over something else. */
        if (function == here->pools->task_methods[*method] && fa_known_is(&here->pools->task_known[*method], function)) {
            return PyMethod_GET_SELF(callback);
        }
    }
    return NULL;
}

void
fa_python_tasks_meet(fa_interpreter *here, PyObject *callback, PyObject *context)
{
    int method;
    PyObject *noted = NULL; /* owned */
    PyObject *task = task_of(here, callback, &method);
    if (task != NULL && context != NULL && PyContext_CheckExact(context) &&
        (fa_noted_get(&here->pools->task_contexts, task, &noted) != 0 || note(here->pools, task, context) < 0)) {
        PyErr_Clear(); /* not noted: then it is held wherever others complete what it waits for, the narrower side */
    }
    Py_XDECREF(noted);
}

bool
fa_python_tasks_is_wakeup(fa_interpreter *here, PyObject *callback)
{
    int method;
    return task_of(here, callback, &method) != NULL && method == WAKEUP;
}

bool
fa_python_tasks_goes_on(fa_interpreter *here, PyObject *callback, PyObject *context)
{
    int method;
    PyObject *own = NULL; /* owned */
    PyObject *task = task_of(here, fa_wakes_whom(here, callback), &method);
    if (task != NULL && home_of(here->pools, task, &own) < 0) {
        PyErr_Clear();
    }
    Py_XDECREF(own);
    return own != NULL && own == context;
}

bool
fa_python_tasks_has(fa_interpreter *here, PyObject *callback, PyObject *const *args, Py_ssize_t count,
                    PyObject *context)
{
    int method;
    PyObject *task = task_of(here, callback, &method);
    if (fa_wakes_whom(here, callback) != callback) {
        return fa_python_tasks_goes_on(here, callback, context); /* whatever it is called with */
    }
    if (task == NULL || count != (method == WAKEUP) || !fa_python_tasks_goes_on(here, callback, context)) {
        return false;
    }
    if (count == 0 || Py_IS_TYPE(args[0], here->future_type) || Py_IS_TYPE(args[0], here->task_type) || fa_shown_is(here, args[0])) {
        return true;
    }
    /* It asks what it is given for its result, by Python code. */
    PyObject *waiter = PyObject_GetAttrString(task, "_fut_waiter"); /* owned */
    if (waiter == NULL) {
        PyErr_Clear();
    }
    Py_XDECREF(waiter);
    return waiter == args[0];
}

/* ---- _PyTask.cancel(self, msg=None) ---- */

static PyObject *
cancel(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *keywords)
{
    fa_interpreter *here = fa_pools_here();
    PyObject *context = NULL; /* owned */
    if (here == NULL) {
        return NULL;
    }
    PyObject *original = here->pools->task_cancel;
    if (!fa_gate_is_open() || PyVectorcall_NARGS(flags) < 1) {
        return PyObject_Vectorcall(original, args, flags, keywords);
    }
    if (home_of(here->pools, args[0], &context) < 0) {
        return NULL;
    }
    PyObject *result = fa_asked_tasks_call(here, context, original, args, flags, keywords);
    Py_XDECREF(context);
    return result;
}

/* ---- putting it in place ---- */

/* Tasks that were made before. The sets of all of them have had several names. */
static int
note_existing(fa_pools *pools, PyObject *module, PyTypeObject *type)
{
    static const char *const sets[] = {"_all_tasks", "_scheduled_tasks", "_eager_tasks"};
    int status = 0;
    for (size_t i = 0; status == 0 && i < sizeof sets / sizeof *sets; i++) {
        PyObject *set = PyObject_GetAttrString(module, sets[i]);      /* owned */
        PyObject *tasks = set == NULL ? NULL : PySequence_List(set);  /* owned */
        if (tasks == NULL) {
            fa_known_forgive(&pools->lacked);
        }
        for (Py_ssize_t at = 0; tasks != NULL && status == 0 && at < PyList_GET_SIZE(tasks); at++) {
            PyObject *task = PyList_GET_ITEM(tasks, at); /* borrowed: nobody else has this list */
            PyObject *context = !PyObject_TypeCheck(task, type) ? NULL : PyObject_GetAttrString(task, "_context");
            status = context == NULL || !PyContext_CheckExact(context) ? 0 : note(pools, task, context);
            fa_known_forgive(&pools->lacked);
            Py_XDECREF(context);
        }
        Py_XDECREF(tasks);
        Py_XDECREF(set);
    }
    return status;
}

void
fa_python_tasks_install(fa_pools *pools, PyObject *module)
{
    PyObject *type = pools->task_methods[0] != NULL ? NULL : PyObject_GetAttrString(module, "_PyTask"); /* owned */
    PyObject *methods[METHODS] = {NULL};                                                               /* owned */
    int status = type == NULL || !PyType_Check(type) ? -1 : 0;
    for (int i = 0; status == 0 && i < METHODS; i++) {
        methods[i] = PyObject_GetAttrString(type, names[i]);
        status = methods[i] == NULL ? -1 : fa_known_note(&pools->task_known[i], type, names[i]);
    }
    if (status == 0 && fa_redirect(pools->redirect_type, type, "cancel", cancel, &pools->task_cancel) == 0 &&
        note_existing(pools, module, (PyTypeObject *)type) == 0 && !pools->lacked) {
        if (fa_known_note(&pools->task_eager, type, "_Task__eager_start") < 0) {
            fa_known_forgive(&pools->lacked); /* before 3.12 */
        }
        Py_XSETREF(pools->python_task, (PyTypeObject *)Py_NewRef(type));
        for (int i = METHODS - 1; i >= 0; i--) {
            pools->task_methods[i] = Py_NewRef(methods[i]);
        }
    }
    for (int i = 0; i < METHODS; i++) {
        Py_XDECREF(methods[i]);
    }
    Py_XDECREF(type);
    fa_known_forgive(&pools->lacked); /* half imported, or another asyncio than we know: then such tasks are held as any callback is */
}
