/* function_copy.c: a Python function of one's own, which nobody else can change. */
#include "support/function_copy.h"

PyObject *
fa_function_copy(PyObject *function)
{
    PyFunctionObject *from = (PyFunctionObject *)function;
    PyFunctionObject *copy = (PyFunctionObject *)PyFunction_NewWithQualName(from->func_code, from->func_globals,
                                                                            from->func_qualname);
    if (copy == NULL) {
        return NULL;
    }
    PyObject *named = from->func_kwdefaults == NULL ? NULL : PyDict_Copy(from->func_kwdefaults); /* owned */
    int status = from->func_kwdefaults != NULL && named == NULL ? -1 : 0;
    if (status == 0 && named != NULL) {
        status = PyFunction_SetKwDefaults((PyObject *)copy, named);
    }
    if (status == 0 && from->func_defaults != NULL) {
        status = PyFunction_SetDefaults((PyObject *)copy, from->func_defaults);
    }
    if (status == 0 && from->func_closure != NULL) {
        status = PyFunction_SetClosure((PyObject *)copy, from->func_closure);
    }
    Py_XDECREF(named);
    if (status < 0) {
        Py_CLEAR(copy);
    }
    return (PyObject *)copy;
}

/* One that closes over something, as each request's may, is kept for nobody. */
static bool
is_kept(const PyFunctionObject *kept, const PyFunctionObject *from)
{
    return kept != NULL && kept->func_code == from->func_code && kept->func_globals == from->func_globals
        && kept->func_builtins == from->func_builtins && kept->func_defaults == from->func_defaults;
}

PyObject *
fa_function_copy_kept(PyObject *function, PyObject **kept)
{
    const PyFunctionObject *from = (PyFunctionObject *)function;
    if (FA_OBJECTS_MAY_CHANGE || from->func_closure != NULL || from->func_kwdefaults != NULL) {
        return fa_function_copy(function);
    }
    if (!is_kept((PyFunctionObject *)*kept, from)) {
        PyObject *copy = fa_function_copy(function);
        if (copy == NULL) {
            return NULL;
        }
        Py_XSETREF(*kept, copy);
    }
    return Py_NewRef(*kept);
}
