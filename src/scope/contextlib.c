/* contextlib.c: the code objects of contextlib. */
#include "scope/contextlib.h"

static const struct {
    const char *type, *method;
} methods[] = {
    {"ExitStack", "__exit__"},
    {"ExitStack", "close"},
    {"_BaseExitStack", "enter_context"},
    {"_BaseExitStack", "_create_cb_wrapper"},
    {"_BaseExitStack", "_create_exit_wrapper"},
    {"AsyncExitStack", "enter_async_context"},
    {"AsyncExitStack", "__aexit__"},
    {"AsyncExitStack", "aclose"},
    {"AsyncExitStack", "_create_async_cb_wrapper"},
    {"AsyncExitStack", "_create_async_exit_wrapper"},
    {"_GeneratorContextManager", "__enter__"},
    {"_GeneratorContextManager", "__exit__"},
    {"_AsyncGeneratorContextManager", "__aenter__"},
    {"_AsyncGeneratorContextManager", "__aexit__"},
};

/* Append a code object and those in its constants. */
static int
record(PyObject *codes, PyObject *code)
{
    if (PyList_Append(codes, code) < 0) {
        return -1;
    }
    PyObject *constants = ((PyCodeObject *)code)->co_consts;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(constants); i++) {
        PyObject *constant = PyTuple_GET_ITEM(constants, i);
        if (PyCode_Check(constant) && record(codes, constant) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
record_method(PyObject *codes, PyObject *module, const char *type, const char *method)
{
    int status = -1;
    PyObject *holder = PyObject_GetAttrString(module, type); /* owned */
    PyObject *raw = NULL;                                    /* owned */
    if (holder != NULL) {
        raw = PyObject_GetAttrString(holder, method);
    }
    if (raw == NULL) {
        if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
            PyErr_Clear(); /* another version's name */
            status = 0;
        }
    }
    else {
        PyObject *function = PyMethod_Check(raw) ? PyMethod_GET_FUNCTION(raw) : raw;
        status = PyFunction_Check(function) ? record(codes, PyFunction_GET_CODE(function)) : 0;
    }
    Py_XDECREF(raw);
    Py_XDECREF(holder);
    return status;
}

/* From 3.15 on contextlib looks special methods up in a function of its own, and that in one of inspect's. */
static int
record_lookup(fa_interpreter *here, PyObject *module)
{
    PyObject *function = PyObject_GetAttrString(module, "_lookup_special"); /* owned */
    if (function == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
            return -1;
        }
        PyErr_Clear(); /* an older version */
    }
    else if (PyFunction_Check(function)) {
        here->contextlib_lookup = Py_NewRef(PyFunction_GET_CODE(function));
    }
    Py_XDECREF(function);
    return 0;
}

int
fa_contextlib_install(fa_interpreter *here)
{
    PyObject *module = PyImport_ImportModule("contextlib"); /* owned */
    PyObject *codes = module == NULL ? NULL : PyList_New(0); /* owned */
    int status = codes == NULL ? -1 : 0;
    for (size_t i = 0; status == 0 && i < sizeof(methods) / sizeof(methods[0]); i++) {
        status = record_method(codes, module, methods[i].type, methods[i].method);
    }
    if (status == 0) {
        here->contextlib_codes = PyList_AsTuple(codes);
        status = here->contextlib_codes == NULL ? -1 : record_lookup(here, module);
    }
    if (status == 0 && PyTuple_GET_SIZE(here->contextlib_codes) > 0) {
        PyCodeObject *code = (PyCodeObject *)PyTuple_GET_ITEM(here->contextlib_codes, 0);
        here->returned_frame = PyFrame_New(PyThreadState_Get(), code, PyModule_GetDict(module), NULL);
        status = here->returned_frame == NULL ? -1 : 0;
    }
    Py_XDECREF(codes);
    Py_XDECREF(module);
    return status;
}

bool
fa_contextlib_runs(fa_frame *frame)
{
    const fa_interpreter *here = fa_state_here();
    PyObject *codes = here == NULL ? NULL : here->contextlib_codes;
    PyObject *code = (PyObject *)fa_frames_code(frame);
    for (Py_ssize_t i = 0; codes != NULL && i < PyTuple_GET_SIZE(codes); i++) {
        if (PyTuple_GET_ITEM(codes, i) == code) {
            return true;
        }
    }
    return false;
}

fa_frame *
fa_contextlib_caller(fa_frame *frame)
{
    while (frame != NULL && fa_contextlib_runs(frame)) {
        frame = fa_frames_outer(frame);
    }
    return frame;
}

fa_frame *
fa_contextlib_looks_up(const fa_interpreter *here, fa_frame *frame)
{
    PyObject *lookup = here->contextlib_lookup;
    fa_frame *outer = lookup == NULL ? NULL : fa_frames_outer(frame);
    if (outer == NULL || (PyObject *)fa_frames_code(outer) != lookup) {
        return NULL;
    }
    outer = fa_frames_outer(outer);
    return outer != NULL && fa_contextlib_runs(outer) ? outer : NULL;
}
