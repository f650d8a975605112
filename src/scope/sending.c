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

PyObject *
fa_sending_iterator(PyObject *result, bool *failed)
{
    const PyAsyncMethods *methods = Py_TYPE(result)->tp_as_async;
    PyObject *iterator = NULL;
    *failed = false;
    if (PyCoro_CheckExact(result)) {
        iterator = Py_NewRef(result);
    }
    else if (methods != NULL && methods->am_await != NULL) {
        iterator = methods->am_await(result);
        *failed = iterator == NULL;
        if (iterator != NULL && !PyIter_Check(iterator)) {
            PyErr_Format(PyExc_TypeError, "__await__() gave a %.200s, which is no iterator", Py_TYPE(iterator)->tp_name);
            Py_CLEAR(iterator);
            *failed = true;
        }
    }
    return iterator;
}

PyObject *
fa_sending_by_method(PyObject *target, const char *method, PyObject *argument)
{
    PyObject *callable = PyObject_GetAttrString(target, method); /* owned */
    PyObject *result = NULL;
    if (callable != NULL) {
        result = argument == NULL ? PyObject_CallNoArgs(callable) : PyObject_CallOneArg(callable, argument);
        Py_DECREF(callable);
    }
    else if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear(); /* then it ends here */
        if (argument != NULL) {
            PyErr_SetObject((PyObject *)Py_TYPE(argument), argument);
        }
        result = argument == NULL ? Py_NewRef(Py_None) : NULL;
    }
    return result;
}
