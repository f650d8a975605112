/* sending.c: stepping bodies: what a send gives, and steps that no event loop is told of. */
#include "scope/sending.h"

PyObject *
fa_sending_result(PySendResult outcome, PyObject *result)
{
    if (outcome != PYGEN_RETURN) {
        return result; /* yielded, or NULL with an exception set */
    }
    PyObject *stop = result == Py_None ? PyObject_CallNoArgs(PyExc_StopIteration)
                                       : PyObject_CallOneArg(PyExc_StopIteration, result);
    Py_DECREF(result);
    if (stop != NULL) {
        PyErr_SetObject(PyExc_StopIteration, stop);
        Py_DECREF(stop);
    }
    return NULL;
}

PyObject *
fa_sending_unhooked(PyObject *callable, PyObject *argument)
{
    PyThreadState *tstate = PyThreadState_Get();
    PyObject *first = tstate->async_gen_firstiter, *last = tstate->async_gen_finalizer; /* owned by the thread */
    tstate->async_gen_firstiter = tstate->async_gen_finalizer = NULL;
    PyObject *made = argument == NULL ? PyObject_CallNoArgs(callable) : PyObject_CallOneArg(callable, argument);
    Py_XSETREF(tstate->async_gen_firstiter, first);
    Py_XSETREF(tstate->async_gen_finalizer, last);
    return made;
}
