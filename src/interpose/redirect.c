/* redirect.c: a callable of C that a Python function's new code calls; shows nothing of itself. */
#include "interpose/redirect.h"

typedef struct redirect {
    PyObject_HEAD
    vectorcallfunc call;
} redirect;

static void
redirect_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyType_Slot redirect_slots[] = {
    {Py_tp_dealloc, redirect_dealloc},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_members, (PyMemberDef[]){
        {"__vectorcalloffset__", T_PYSSIZET, offsetof(redirect, call), READONLY, NULL},
        {NULL, 0, 0, 0, NULL},
    }},
    {0, NULL},
};

static PyType_Spec redirect_spec = {
    .name = "fastaudit._core.Redirect",
    .basicsize = sizeof(redirect),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION
        | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = redirect_slots,
};

PyTypeObject *
fa_redirect_type(void)
{
    return (PyTypeObject *)PyType_FromSpec(&redirect_spec);
}

PyObject *
fa_redirect_new(PyTypeObject *type, vectorcallfunc call)
{
    redirect *self = PyObject_New(redirect, type);
    if (self == NULL) {
        return NULL;
    }
    self->call = call;
    return (PyObject *)self;
}

int
fa_redirect(PyTypeObject *type, PyObject *holder, const char *name, vectorcallfunc call, PyObject **original)
{
    if (*original != NULL) {
        return 0;
    }
    PyObject *function = PyObject_GetAttrString(holder, name);                                            /* owned */
    PyObject *redirecting = function == NULL ? NULL : PyImport_ImportModule("fastaudit._redirect");       /* owned */
    PyObject *target = redirecting == NULL ? NULL : fa_redirect_new(type, call);                          /* owned */
    PyObject *both = target == NULL ? NULL : PyObject_CallMethod(redirecting, "redirected", "OO", function, target); /* owned */
    PyObject *did, *code; /* borrowed */
    if (both != NULL && PyArg_ParseTuple(both, "OO", &did, &code)) {
        *original = Py_NewRef(did); /* before ours can be called */
        if (PyObject_SetAttrString(function, "__code__", code) < 0) {
            Py_CLEAR(*original);
        }
    }
    Py_XDECREF(both);
    Py_XDECREF(target);
    Py_XDECREF(redirecting);
    Py_XDECREF(function);
    return *original == NULL ? -1 : 0;
}

PyObject *
fa_redirect_call_with(PyObject *original, PyObject *const *args, size_t flags, PyObject *names, Py_ssize_t at,
                      PyObject *instead)
{
    size_t count = (size_t)PyVectorcall_NARGS(flags);
    size_t all = count + (names == NULL ? 0 : (size_t)PyTuple_GET_SIZE(names));
    PyObject **given = PyMem_New(PyObject *, all); /* owned; its items are borrowed */
    if (given == NULL) {
        return PyErr_NoMemory();
    }
    memcpy(given, args, all * sizeof *given);
    given[at] = instead;
    PyObject *result = PyObject_Vectorcall(original, given, count, names);
    PyMem_Free(given);
    return result;
}
