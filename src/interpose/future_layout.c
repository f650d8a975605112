/* future_layout.c: where a future of asyncio's in C keeps its callbacks. */
#include "interpose/future_layout.h"

/* The struct is private to CPython's module, and its getter makes a list for each question. So an example is given one callback
 * and then another, and its words tell where they went. */

enum { MOST = 64 }; /* words of a future; they are less than thirty */

typedef struct words {
    PyObject *at[MOST];
} words;

static size_t
count_of(const PyTypeObject *type)
{
    size_t size = (size_t)type->tp_basicsize / sizeof(PyObject *);
    return size < MOST ? size : MOST;
}

/* The only word that was empty and is no longer, in bytes; 0: there is none, or there are several. If `wanted`, one that refers
 * to it. */
static Py_ssize_t
filled(const words *before, const words *now, size_t count, const PyObject *wanted)
{
    Py_ssize_t found = 0;
    for (size_t i = sizeof(PyObject) / sizeof(PyObject *); i < count; i++) {
        if (before->at[i] == NULL && now->at[i] != NULL && (wanted == NULL || now->at[i] == wanted)) {
            if (found != 0) {
                return 0;
            }
            found = (Py_ssize_t)(i * sizeof(PyObject *));
        }
    }
    return found;
}

/* The only word that refers to the example's loop; 0 as above. */
static Py_ssize_t
loop_in(PyObject *example, const words *now, size_t count)
{
    words none = {{NULL}};
    PyObject *loop = PyObject_GetAttrString(example, "_loop"); /* owned */
    Py_ssize_t found = loop == NULL ? 0 : filled(&none, now, count, loop);
    Py_XDECREF(loop);
    return found;
}

/* Add a callback to the example and note its words then. */
static bool
add(PyObject *example, PyObject *callback, words *now, size_t count)
{
    PyObject *done = PyObject_CallMethod(example, "add_done_callback", "(O)", callback); /* owned */
    if (done == NULL) {
        return false;
    }
    Py_DECREF(done);
    memcpy(now->at, example, count * sizeof(PyObject *));
    return true;
}

/* A future of a loop that has nothing but what is asked of it here (new reference). */
static PyObject *
make(PyTypeObject *type)
{
    PyObject *loop = PyModule_New("loop"); /* owned */
    if (loop == NULL || PyObject_SetAttrString(loop, "get_debug", (PyObject *)&PyBool_Type) < 0) {
        Py_XDECREF(loop);
        return NULL;
    }
    PyObject *args = PyTuple_New(0), *names = Py_BuildValue("{sO}", "loop", loop); /* owned */
    PyObject *example = args == NULL || names == NULL ? NULL : PyObject_Call((PyObject *)type, args, names);
    Py_XDECREF(names);
    Py_XDECREF(args);
    Py_DECREF(loop);
    return example;
}

void
fa_future_layout_learn(fa_future_layout *layout, PyTypeObject *future)
{
    PyObject *raised = PyErr_GetRaisedException();
    PyObject *example = make(future);                               /* owned */
    PyObject *first = example == NULL ? NULL : PyTuple_Pack(1, Py_None); /* owned: something that nothing else refers to */
    size_t count = count_of(future);
    words before, once, twice;
    if (first != NULL) {
        memcpy(before.at, example, count * sizeof(PyObject *));
    }
    if (first != NULL && add(example, first, &once, count) && add(example, first, &twice, count)) {
        Py_ssize_t at = filled(&before, &once, count, first), list = filled(&once, &twice, count, NULL);
        Py_ssize_t loop = loop_in(example, &before, count);
        PyObject *callbacks = at == 0 || list == 0 || loop == 0 ? NULL : PyObject_GetAttrString(example, "_callbacks"); /* owned */
        if (callbacks != NULL && PyList_CheckExact(callbacks) && PyList_GET_SIZE(callbacks) == 2) {
            layout->first = at;
            layout->loop = loop;
            __atomic_store_n(&layout->list, list, __ATOMIC_RELEASE); /* last: other interpreters read it */
        }
        Py_XDECREF(callbacks);
    }
    PyErr_Clear();
    Py_XDECREF(first);
    Py_XDECREF(example);
    PyErr_SetRaisedException(raised);
}
