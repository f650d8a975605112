/* handles.c: callbacks that an event loop written in Python is given carry what is in force. */
#include "interpose/handles.h"

#include "authority/gate.h"
#include "interpose/given.h"
#include "interpose/inits.h"
#include "interpose/known.h"
#include "interpose/python_tasks.h"

/* What is exchanged is the callback, when its handle is made: a copy of the context would lose what a task of
 * asyncio's Python implementation sets in its own, at each of its steps. */

static initproc original_init, original_timer_init, original_threadsafe_init; /* written once, before ours is called */

/* A tuple with another item in one place (new reference). */
static PyObject *
with_item(PyObject *args, Py_ssize_t at, PyObject *item)
{
    PyObject *changed = PyTuple_New(PyTuple_GET_SIZE(args));
    for (Py_ssize_t i = 0; changed != NULL && i < PyTuple_GET_SIZE(args); i++) {
        PyTuple_SET_ITEM(changed, i, Py_NewRef(i == at ? item : PyTuple_GET_ITEM(args, i)));
    }
    return changed;
}

/* The same call with another callback. */
static int
init_with(initproc original, PyObject *self, PyObject *args, PyObject *kwargs, Py_ssize_t at, PyObject *callback)
{
    PyObject *names = NULL;                                                      /* owned */
    PyObject *changed = PyTuple_GetSlice(args, 0, PyTuple_GET_SIZE(args));       /* owned: maybe the same */
    int status = -1;
    if (changed != NULL && at < PyTuple_GET_SIZE(args)) {
        Py_SETREF(changed, with_item(args, at, callback));
        status = changed == NULL ? -1 : original(self, changed, kwargs);
    }
    else if (changed != NULL) {
        names = PyDict_Copy(kwargs);
        if (names != NULL && PyDict_SetItemString(names, "callback", callback) == 0) {
            status = original(self, changed, names);
        }
    }
    Py_XDECREF(changed);
    Py_XDECREF(names);
    return status;
}

/* Handle(callback, args, loop, context=None), after `at` other arguments. */
static int
init_at(initproc original, PyObject *self, PyObject *args, PyObject *kwargs, Py_ssize_t at)
{
    fa_interpreter *here = fa_state_here();
    if (here == NULL || !fa_gate_is_open()) {
        if (here != NULL && PyTuple_GET_SIZE(args) > at + 3) {
            fa_python_tasks_meet(here, PyTuple_GET_ITEM(args, at), PyTuple_GET_ITEM(args, at + 3));
        }
        return original(self, args, kwargs);
    }
    static const char *const names[] = {"callback", "args", "loop", "context", NULL};
    PyObject *found[4]; /* borrowed */
    if (!fa_inits_find(kwargs, names, found)) {
        PyErr_SetString(PyExc_TypeError, "a handle takes keywords that are plain strings");
        return -1;
    }
    for (Py_ssize_t i = 0; i < 4 && at + i < PyTuple_GET_SIZE(args); i++) {
        found[i] = PyTuple_GET_ITEM(args, at + i);
    }
    PyObject *callback = found[0], *given = found[1], *context = found[3];
    if (callback == NULL || given == NULL || context == NULL) {
        return original(self, args, kwargs);
    }
    bool plain = PyTuple_CheckExact(given);
    PyObject *carrier; /* owned */
    int exchanged = fa_given_callback(here, callback, plain ? ((PyTupleObject *)given)->ob_item : NULL,
                                      plain ? PyTuple_GET_SIZE(given) : -1, context, &carrier);
    if (exchanged <= 0) {
        return exchanged < 0 ? -1 : original(self, args, kwargs);
    }
    int status = init_with(original, self, args, kwargs, at, carrier);
    Py_DECREF(carrier);
    return status;
}

static int
init_handle(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return init_at(original_init, self, args, kwargs, 0);
}

static int
init_threadsafe(PyObject *self, PyObject *args, PyObject *kwargs)
{
    return init_at(original_threadsafe_init, self, args, kwargs, 0);
}

/* The loop compares it with those of others, whoever they are. */
static int
init_timer(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *when = PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0) : NULL; /* borrowed */
    if (when == NULL || PyFloat_CheckExact(when) || PyLong_CheckExact(when) || !fa_gate_is_open()) {
        return init_at(original_timer_init, self, args, kwargs, 1);
    }
    PyObject *plain = PyNumber_Float(when); /* owned */
    PyObject *changed = plain == NULL ? NULL : with_item(args, 0, plain); /* owned */
    int status = changed == NULL ? -1 : init_at(original_timer_init, self, changed, kwargs, 1);
    Py_XDECREF(changed);
    Py_XDECREF(plain);
    return status;
}

/* Python calls the Python __init__ of classes that allocate in the general way by itself, past tp_init. */
static PyObject *
allocate(PyTypeObject *type, Py_ssize_t count)
{
    return PyType_GenericAlloc(type, count);
}

static int
install_in(PyObject *module, const char *name, initproc ours, initproc *original)
{
    PyObject *type = PyObject_GetAttrString(module, name); /* owned */
    int status = -1;
    if (type == NULL) {
        return -1;
    }
    if (!PyType_Check(type) || ((PyTypeObject *)type)->tp_init == NULL ||
        (*original != NULL && ((PyTypeObject *)type)->tp_init != ours &&
         ((PyTypeObject *)type)->tp_init != *original)) {
        PyErr_Format(PyExc_TypeError, "fastaudit cannot interpose asyncio.%s", name);
    }
    else {
        if (((PyTypeObject *)type)->tp_init != ours) {
            *original = ((PyTypeObject *)type)->tp_init;
            __atomic_store_n(&((PyTypeObject *)type)->tp_init, ours, __ATOMIC_RELEASE);
            ((PyTypeObject *)type)->tp_alloc = allocate;
            PyType_Modified((PyTypeObject *)type);
        }
        status = 0;
    }
    Py_DECREF(type);
    return status;
}

int
fa_handles_install(void)
{
    PyObject *module = fa_known_module("asyncio.events"); /* owned, or NULL */
    int status = module == NULL && PyErr_Occurred() ? -1 : 0;
    if (module != NULL) {
        status = install_in(module, "Handle", init_handle, &original_init);
        status = status < 0 ? -1 : install_in(module, "TimerHandle", init_timer, &original_timer_init);
        if (status == 0 && install_in(module, "_ThreadSafeHandle", init_threadsafe, &original_threadsafe_init) < 0) {
            bool lacks = PyErr_ExceptionMatches(PyExc_AttributeError); /* from 3.14 on there is one */
            if (lacks) {
                PyErr_Clear();
            }
            status = lacks ? 0 : -1;
        }
        Py_DECREF(module);
    }
    return status;
}
