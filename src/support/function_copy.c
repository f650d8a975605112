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

/* Whether nothing but its module would be kept alive by a copy: what closes over something, or has it for a default, may be
 * each request's own. */
static bool
is_bare(const PyFunctionObject *from)
{
    return from->func_closure == NULL && from->func_defaults == NULL && from->func_kwdefaults == NULL;
}

static bool
is_of_a_module(const PyFunctionObject *from)
{
    PyObject *modules = PyImport_GetModuleDict(); /* borrowed */
    PyObject *name = from->func_module;           /* borrowed */
    PyObject *module = name != NULL && PyUnicode_CheckExact(name) ? PyDict_GetItemWithError(modules, name) : NULL;
    if (module == NULL) {
        PyErr_Clear(); /* what somebody made to stand for a name compares itself */
    }
    return module != NULL && PyModule_Check(module) && PyModule_GetDict(module) == from->func_globals;
}

static bool
is_kept(const PyFunctionObject *kept, const PyFunctionObject *from)
{
    return kept != NULL && kept->func_code == from->func_code && kept->func_globals == from->func_globals
        && kept->func_builtins == from->func_builtins;
}

PyObject *
fa_function_copy_kept(PyObject *function, PyObject **kept)
{
    const PyFunctionObject *from = (PyFunctionObject *)function;
    if (FA_OBJECTS_MAY_CHANGE || !is_bare(from)) {
        return fa_function_copy(function);
    }
    if (is_kept((PyFunctionObject *)*kept, from)) {
        return Py_NewRef(*kept);
    }
    PyObject *copy = fa_function_copy(function);
    if (copy != NULL && is_of_a_module(from)) {
        Py_XSETREF(*kept, Py_NewRef(copy));
    }
    return copy;
}
