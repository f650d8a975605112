/* stepping.c: one step of a body that is held, and what whoever drives it gets of it. */
#include "scope/stepping.h"

/* What PyIter_Send() would say of what a method of the body gave (stolen; NULL with an exception set). */
static PySendResult
outcome_of(PyObject *given, PyObject **result)
{
    *result = given;
    if (given != NULL) {
        return PYGEN_NEXT;
    }
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
        return PYGEN_ERROR;
    }
    PyObject *stop = PyErr_GetRaisedException(); /* owned */
    *result = Py_NewRef(((PyStopIterationObject *)stop)->value);
    Py_DECREF(stop);
    return PYGEN_RETURN;
}

static PySendResult
throw_into(fa_stepped *self, PyObject *error, PyObject **result)
{
    PyObject *throw = PyObject_GetAttrString(self->body, "throw"); /* owned */
    if (throw == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_SetRaisedException(Py_NewRef(error)); /* an iterator that takes none ends with it */
        *result = NULL;
        return PYGEN_ERROR;
    }
    PyObject *given = throw == NULL ? NULL : PyObject_CallOneArg(throw, error);
    Py_XDECREF(throw);
    return outcome_of(given, result);
}

/* The exception that is set goes into the body. */
static PySendResult
throw_raised(fa_stepped *self, PyObject **result)
{
    PyObject *error = PyErr_GetRaisedException(); /* owned */
    PySendResult outcome = throw_into(self, error, result);
    Py_DECREF(error);
    return outcome;
}

/* What the body yielded to `loop` (NULL: to nobody who would look at it) is shown to it, or refused to the body. */
static PySendResult
show(fa_interpreter *here, fa_stepped *self, PyObject *loop, PySendResult outcome, PyObject **result)
{
    while (outcome == PYGEN_NEXT) {
        *result = fa_waiter_show(here, loop, *result, self->awaits);
        if (*result != NULL) {
            break;
        }
        outcome = throw_raised(self, result);
    }
    return outcome;
}

PySendResult
fa_stepping_send(fa_interpreter *here, fa_stepped *self, PyObject *loop, PyObject *value, PyObject **result)
{
    PySendResult outcome = PyIter_Send(self->body, value, result);
    return show(here, self, loop, outcome, result);
}

PySendResult
fa_stepping_throw(fa_interpreter *here, fa_stepped *self, PyObject *loop, PyObject *error, PyObject **result)
{
    PySendResult outcome = throw_into(self, error, result);
    return show(here, self, loop, outcome, result);
}

/* ---- what is stepped ---- */

/* Whether what it yields goes to whoever runs the task, and not to a loop over it. */
static bool
is_awaitable(PyObject *body)
{
    const PyAsyncMethods *methods = Py_TYPE(body)->tp_as_async;
    if (PyGen_CheckExact(body)) {
        PyCodeObject *code = PyGen_GetCode((PyGenObject *)body); /* owned */
        bool iterable = (code->co_flags & CO_ITERABLE_COROUTINE) != 0;
        Py_DECREF(code);
        return iterable;
    }
    return methods != NULL && methods->am_await != NULL;
}

void
fa_stepping_begin(fa_stepped *self, PyObject *body)
{
    self->body = Py_NewRef(body);
    self->awaits = is_awaitable(body);
}

int
fa_stepping_traverse(fa_stepped *self, visitproc visit, void *arg)
{
    Py_VISIT(self->body);
    return 0;
}

void
fa_stepping_clear(fa_stepped *self)
{
    Py_CLEAR(self->body);
}
