/* waiter.c: what an event loop is shown in the place of what a body waits for. */
#include "scope/waiter.h"

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

/* Ask a plain future by the method of its class, whatever somebody has put into it. */
static PyObject *
ask_shown(fa_interpreter *here, const char *method, PyObject *shown)
{
    return PyObject_CallMethod((PyObject *)here->future_type, method, "O", shown);
}

/* The same of one that says yes or no: 1, 0, or -1 with an exception set. */
static int
is_shown(fa_interpreter *here, const char *method, PyObject *shown)
{
    PyObject *answer = ask_shown(here, method, shown); /* owned */
    int is = answer == NULL ? -1 : answer == Py_True;
    Py_XDECREF(answer);
    return is;
}

/* ---- showing ---- */

/* Called when what is waited for is done: the loop goes on with the task, and that with the body. */
static PyObject *
open_shown(PyObject *shown, PyObject *Py_UNUSED(awaited))
{
    fa_interpreter *here = fa_state_here();
    int done = here == NULL || here->future_type == NULL ? 1 : is_shown(here, "done", shown);
    if (done != 0) {
        return done < 0 ? NULL : Py_NewRef(Py_None);
    }
    return PyObject_CallMethod((PyObject *)here->future_type, "set_result", "OO", shown, Py_None);
}

static PyMethodDef open_definition = {"waiter_done", open_shown, METH_O, "What a sandboxed body waits for is done."};

PyObject *
fa_waiter_show_again(fa_interpreter *here, fa_waiter *waiter, PyObject *loop)
{
    PyObject *names = Py_BuildValue("{s:O}", "loop", loop);          /* owned */
    PyObject *none = names == NULL ? NULL : PyTuple_New(0);              /* owned */
    PyObject *shown = none == NULL ? NULL : PyObject_Call((PyObject *)here->future_type, none, names);
    PyObject *opening = shown == NULL ? NULL : PyCFunction_New(&open_definition, shown); /* owned */
    PyObject *added = opening == NULL || PyObject_SetAttrString(shown, "_asyncio_future_blocking", Py_True) < 0
        ? NULL : PyObject_CallMethod(waiter->awaited, "add_done_callback", "O", opening); /* owned */
    if (added == NULL) {
        Py_CLEAR(shown);
        Py_CLEAR(waiter->awaited);
    }
    Py_XSETREF(waiter->shown, Py_XNewRef(shown));
    Py_XDECREF(added);
    Py_XDECREF(opening);
    Py_XDECREF(none);
    Py_XDECREF(names);
    return shown;
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

PyObject *
fa_waiter_show(fa_interpreter *here, fa_waiter *waiter, PyObject *loop, PyObject *yielded)
{
    Py_CLEAR(waiter->awaited);
    Py_CLEAR(waiter->shown);
    if (loop == NULL || is_plain(yielded)) {
        return yielded;
    }
    if (check_awaited(here, loop, yielded) < 0) {
        Py_DECREF(yielded);
        return NULL;
    }
    waiter->awaited = yielded;
    return fa_waiter_show_again(here, waiter, loop);
}

/* ---- going on ---- */

int
fa_waiter_resume(fa_interpreter *here, fa_waiter *waiter)
{
    PyObject *awaited = waiter->awaited, *shown = waiter->shown; /* owned */
    waiter->awaited = waiter->shown = NULL;
    int status = 0;
    if (awaited != NULL && shown != NULL) {
        status = is_shown(here, "done", shown); /* not, when somebody else than a task goes on with it */
        if (status > 0) {
            PyObject *result = PyObject_CallMethod(awaited, "result", NULL); /* owned */
            status = result == NULL ? -1 : 0;
            Py_XDECREF(result);
        }
    }
    Py_XDECREF(awaited);
    Py_XDECREF(shown);
    return status;
}

int
fa_waiter_cancel(fa_interpreter *here, fa_waiter *waiter, PyObject *error)
{
    int cancelled = waiter->shown == NULL || waiter->awaited == NULL ? 0 : is_shown(here, "cancelled", waiter->shown);
    if (cancelled > 0) {
        PyObject *said = PyObject_GetAttrString(error, "args"); /* owned: of a CancelledError, what cancel() was told */
        PyObject *message = said != NULL && PyTuple_CheckExact(said) && PyTuple_GET_SIZE(said) > 0
            ? PyTuple_GET_ITEM(said, 0) : Py_None; /* borrowed */
        PyErr_Clear();
        PyObject *cancel = PyObject_GetAttrString(waiter->awaited, "cancel"); /* owned */
        PyObject *names = cancel == NULL ? NULL : Py_BuildValue("{s:O}", "msg", message); /* owned */
        PyObject *none = names == NULL ? NULL : PyTuple_New(0);                            /* owned */
        PyObject *noticed = none == NULL ? NULL : PyObject_Call(cancel, none, names);       /* owned */
        cancelled = noticed == NULL ? -1 : PyObject_IsTrue(noticed);
        Py_XDECREF(noticed);
        Py_XDECREF(none);
        Py_XDECREF(names);
        Py_XDECREF(cancel);
        Py_XDECREF(said);
    }
    if (cancelled <= 0) {
        Py_CLEAR(waiter->awaited);
        Py_CLEAR(waiter->shown);
    }
    return cancelled;
}
