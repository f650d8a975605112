/* carry_function.c: carry(), for users. */
#include "interpose/carry.h"

/* Whether calling it only makes what runs later. */
static bool
runs_later(PyObject *callable)
{
    const int later = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR | CO_ITERABLE_COROUTINE;
    PyObject *function = PyMethod_Check(callable) ? PyMethod_GET_FUNCTION(callable) : callable;
    return PyFunction_Check(function) && (((PyCodeObject *)PyFunction_GET_CODE(function))->co_flags & later) != 0;
}

static PyObject *
carry(PyObject *Py_UNUSED(module), PyObject *function)
{
    fa_interpreter *here = fa_state_here();
    if (!PyCallable_Check(function)) {
        return PyErr_Format(PyExc_TypeError, "carry() takes a callable, not %.200s", Py_TYPE(function)->tp_name);
    }
    if (runs_later(function)) {
        return PyErr_Format(PyExc_TypeError, "carry() takes a plain function: what calling %R gives runs later, where "
                            "it is awaited or iterated; a task or @sandbox(policy) holds that", function);
    }
    return here == NULL ? Py_NewRef(function) : fa_carry_here(here, function);
}

static PyMethodDef carry_functions[] = {
    {"carry", carry, METH_O, "carry(function)\n--\n\nThe function, to be run under what is in force here."},
    {NULL, NULL, 0, NULL},
};

int
fa_carry_add(PyObject *module)
{
    return PyModule_AddFunctions(module, carry_functions);
}
