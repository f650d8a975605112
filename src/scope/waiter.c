/* waiter.c: what an event loop is shown in the place of what a body waits for. */
#include "scope/waiter.h"

#include "scope/delegation.h"

int
fa_waiter_loop(fa_interpreter *here, PyObject **loop)
{
    *loop = NULL;
    if (here->running_loop == NULL) {
        return 0; /* asyncio is not imported */
    }
    *loop = PyObject_CallNoArgs(here->running_loop);
    if (*loop == Py_None) {
        Py_CLEAR(*loop);
    }
    return *loop == NULL && PyErr_Occurred() ? -1 : 0;
}

/* Whether tasks take it as it is, and have nothing of it to call. */
static bool
is_plain(PyObject *yielded)
{
    return yielded == Py_None || PyBool_Check(yielded) || PyLong_CheckExact(yielded) || PyFloat_CheckExact(yielded)
        || PyUnicode_CheckExact(yielded) || PyBytes_CheckExact(yielded);
}

/* The loop of a future (new reference), as asyncio asks for it. */
static PyObject *
loop_of(PyObject *future)
{
    PyObject *ask = PyObject_GetAttrString(future, "get_loop"); /* owned */
    if (ask == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        return PyObject_GetAttrString(future, "_loop");
    }
    PyObject *loop = ask == NULL ? NULL : PyObject_CallNoArgs(ask);
    Py_XDECREF(ask);
    return loop;
}

/* Whether it is the task that runs now: of no other does the coroutine. 1, 0, or -1 with an exception set. */
static int
is_running_task(fa_interpreter *here, PyObject *yielded)
{
    if (!PyObject_TypeCheck(yielded, here->task_type)) {
        return 0;
    }
    PyObject *body = PyObject_CallMethod(yielded, "get_coro", NULL);                          /* owned */
    PyObject *runs = body == NULL ? NULL : PyObject_GetAttrString(body, "cr_running"); /* owned */
    int is = runs == Py_True;
    if (body != NULL && runs == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
    }
    Py_XDECREF(runs);
    Py_XDECREF(body);
    return PyErr_Occurred() ? -1 : is;
}

/* What a task would refuse, in its words, and before it sees anything. Returns 0, or -1 with an exception set. */
static int
check_awaited(fa_interpreter *here, PyObject *loop, PyObject *yielded)
{
    PyObject *blocking = PyObject_GetAttrString(yielded, "_asyncio_future_blocking"); /* owned */
    if (blocking == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
    }
    bool is_future = blocking != NULL && blocking != Py_None;
    int blocks = PyErr_Occurred() ? -1 : is_future ? PyObject_IsTrue(blocking) : 0;
    Py_XDECREF(blocking);
    PyObject *own = blocks < 0 || !is_future ? NULL : loop_of(yielded); /* owned */
    int itself = own == NULL ? -1 : is_running_task(here, yielded);
    int status = -1;
    if (blocks == 0 && !is_future) {
        PyErr_Format(PyExc_RuntimeError, "Task got bad yield: %R; while asyncio runs, a sandboxed coroutine yields it futures",
                     yielded);
    }
    else if (itself < 0) {
        status = -1;
    }
    else if (own != loop) {
        PyErr_Format(PyExc_RuntimeError, "Task got Future %R attached to a different loop", yielded);
    }
    else if (!blocks) {
        PyErr_Format(PyExc_RuntimeError, "yield was used instead of yield from in a task with %R", yielded);
    }
    else if (itself) {
        PyErr_Format(PyExc_RuntimeError, "Task cannot await on itself: %R", yielded);
    }
    else {
        status = PyObject_SetAttrString(yielded, "_asyncio_future_blocking", Py_False);
    }
    Py_XDECREF(own);
    return status;
}

/* Whether it comes from `await`, as a future says of itself. 1, 0, or -1 with an exception set. */
static int
is_awaited(PyObject *yielded)
{
    PyObject *blocking = PyObject_GetAttrString(yielded, "_asyncio_future_blocking"); /* owned */
    if (blocking == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        return 0;
    }
    int is = blocking == NULL ? -1 : blocking == Py_True;
    Py_XDECREF(blocking);
    return is;
}

PyObject *
fa_waiter_show(fa_interpreter *here, PyObject *loop, PyObject *yielded, bool awaits)
{
    if (loop == NULL || here->show == NULL || is_plain(yielded)) {
        return yielded;
    }
    int awaited = awaits ? 1 : fa_delegation_is_awaited();
    if (awaited == 0) {
        awaited = is_awaited(yielded);
    }
    if (awaited == 0) {
        return yielded;
    }
    PyObject *shown = NULL;
    if (awaited > 0 && check_awaited(here, loop, yielded) == 0) {
        shown = here->show(here, yielded, loop);
    }
    Py_DECREF(yielded);
    return shown;
}
