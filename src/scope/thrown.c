/* thrown.c: what a throw() is given, made an exception by its giver. */
#include "scope/thrown.h"

#include "scope/message.h"

PyObject *
fa_thrown(PyObject *args)
{
    PyObject *type, *value = Py_None, *trace = Py_None; /* borrowed */
    if (!PyArg_ParseTuple(args, "O|OO:throw", &type, &value, &trace)) {
        return NULL;
    }
    PyObject *error = NULL; /* owned */
    if (PyExceptionInstance_Check(type)) {
        error = Py_NewRef(type);
    }
    else if (!PyExceptionClass_Check(type)) {
        PyErr_Format(PyExc_TypeError, "exceptions must be classes or instances deriving from BaseException, not %.200s",
                     Py_TYPE(type)->tp_name);
    }
    else if (value != Py_None && PyExceptionInstance_Check(value)) {
        error = Py_NewRef(value);
    }
    else {
        error = value == Py_None ? PyObject_CallNoArgs(type)
              : PyTuple_Check(value) ? PyObject_CallObject(type, value) : PyObject_CallOneArg(type, value);
    }
    if (error != NULL && !PyExceptionInstance_Check(error)) {
        PyErr_SetString(PyExc_TypeError, "calling this class gave no exception");
        Py_CLEAR(error);
    }
    if (error != NULL && trace != Py_None && PyException_SetTraceback(error, trace) < 0) {
        Py_CLEAR(error);
    }
    return error;
}

PyObject *
fa_thrown_plain(PyObject *args, PyObject *cancelled)
{
    PyObject *given = fa_thrown(args); /* owned */
    PyObject *error = given == NULL ? NULL : fa_thrown_anew(given, cancelled);
    Py_XDECREF(given);
    return error;
}

PyObject *
fa_thrown_anew(PyObject *given, PyObject *cancelled)
{
    PyObject *values = NULL, *plain = NULL, *named = NULL; /* owned */
    PyTypeObject *type = Py_TYPE(given);
    bool known = (PyObject *)type == cancelled || (type->tp_flags & Py_TPFLAGS_HEAPTYPE) == 0;
    PyObject *error = NULL;
    if (!known) {
        PyObject *text = PyUnicode_FromFormat("a %.100s was thrown in", type->tp_name); /* owned */
        error = text == NULL ? NULL : PyObject_CallOneArg(PyExc_RuntimeError, text);
        Py_XDECREF(text);
        return error;
    }
    values = Py_NewRef(((PyBaseExceptionObject *)given)->args);
    if (fa_message_reduce(values, NULL, &plain, &named) < 0) {
        if (!PyErr_ExceptionMatches(PyExc_TypeError)) {
            goto done;
        }
        PyErr_Clear();
        plain = PyTuple_New(0);
    }
    error = plain == NULL ? NULL : PyObject_CallObject((PyObject *)type, plain);
    if (error == NULL && plain != NULL && PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear(); /* one of the built-in ones that take arguments of their own */
        error = PyObject_CallFunction(PyExc_RuntimeError, "s", type->tp_name);
    }

done:
    Py_XDECREF(plain);
    Py_XDECREF(values);
    return error;
}

fa_thrown_state
fa_thrown_keep(PyObject *error)
{
    return (fa_thrown_state){PyException_GetTraceback(error), PyException_GetContext(error)};
}

void
fa_thrown_forget(PyObject *error, fa_thrown_state before)
{
    PyObject *raised = PyErr_GetRaisedException();
    if (raised != error) {
        (void)PyException_SetTraceback(error, before.trace == NULL ? Py_None : before.trace);
        PyException_SetContext(error, Py_XNewRef(before.context));
    }
    PyErr_SetRaisedException(raised);
    Py_XDECREF(before.context);
    Py_XDECREF(before.trace);
}
