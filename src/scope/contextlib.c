/* contextlib.c: the code objects of contextlib. */
#include "scope/contextlib.h"

#include "support/state.h"

#define CODES_MAX 64

/* Code objects are per interpreter, so the table is too: rows of this interpreter carry its address. */
typedef struct known_code {
    PyInterpreterState *interpreter;
    PyCodeObject *code; /* owned, for the life of the interpreter */
} known_code;

static known_code codes[CODES_MAX * 16];
static atomic_size_t code_count;

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

/* Record a code object and those in its constants. */
static int
record(PyObject *code)
{
    size_t at = atomic_load(&code_count);
    if (at >= sizeof(codes) / sizeof(codes[0])) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: too many interpreters use contextlib");
        return -1;
    }
    codes[at] = (known_code){PyInterpreterState_Get(), (PyCodeObject *)Py_NewRef(code)};
    atomic_store(&code_count, at + 1);
    PyObject *constants = ((PyCodeObject *)code)->co_consts;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(constants); i++) {
        if (PyCode_Check(PyTuple_GET_ITEM(constants, i)) && record(PyTuple_GET_ITEM(constants, i)) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
record_method(PyObject *module, const char *type, const char *method)
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
        status = PyFunction_Check(function) ? record(PyFunction_GET_CODE(function)) : 0;
    }
    Py_XDECREF(raw);
    Py_XDECREF(holder);
    return status;
}

int
fa_contextlib_exec(void)
{
    PyInterpreterState *here = PyInterpreterState_Get();
    size_t count = atomic_load(&code_count);
    for (size_t i = 0; i < count; i++) {
        if (codes[i].interpreter == here) {
            return 0;
        }
    }
    PyObject *module = PyImport_ImportModule("contextlib");
    if (module == NULL) {
        return -1;
    }
    int status = 0;
    for (size_t i = 0; status == 0 && i < sizeof(methods) / sizeof(methods[0]); i++) {
        status = record_method(module, methods[i].type, methods[i].method);
    }
    Py_DECREF(module);
    return status;
}

bool
fa_contextlib_runs(fa_frame *frame)
{
    PyCodeObject *code = fa_frames_code(frame);
    size_t count = atomic_load_explicit(&code_count, memory_order_acquire);
    for (size_t i = 0; i < count; i++) {
        if (codes[i].code == code) {
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
