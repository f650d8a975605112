/* interpose.c: replaces the C function behind a built-in in place. */
#include "interpose/interpose.h"

FA_THREAD_LOCAL PyTypeObject *fa_interpose_class;

/* Which stub serves a calling convention; -1 for one we do not serve. */
static int
stub_index(int flags)
{
    switch (flags & ~(METH_CLASS | METH_STATIC | METH_COEXIST)) {
    case METH_NOARGS:
        return 0;
    case METH_O:
        return 1;
    case METH_VARARGS:
        return 2;
    case METH_VARARGS | METH_KEYWORDS:
        return 3;
    case METH_FASTCALL:
        return 4;
    case METH_FASTCALL | METH_KEYWORDS:
        return 5;
    case METH_METHOD | METH_FASTCALL | METH_KEYWORDS:
        return 6;
    default:
        return -1;
    }
}

/* Cython's functions begin as those of C do, and call what the definition says; those that it makes for the limited
 * API do not, and have their vectorcall elsewhere. */
static bool
is_of_cython(PyObject *callable)
{
    const PyTypeObject *type = Py_TYPE(callable);
    const char *name = strrchr(type->tp_name, '.');
    return PyType_HasFeature(Py_TYPE(callable), Py_TPFLAGS_HAVE_VECTORCALL) &&
           type->tp_basicsize >= (Py_ssize_t)sizeof(PyCMethodObject) &&
           type->tp_vectorcall_offset == offsetof(PyCFunctionObject, vectorcall) &&
           strcmp(name == NULL ? type->tp_name : name + 1, "cython_function_or_method") == 0;
}

static PyMethodDef *
borrow_definition(PyObject *callable)
{
    if (is_of_cython(callable)) {
        return ((PyCFunctionObject *)callable)->m_ml;
    }
    if (PyCFunction_Check(callable)) {
        return ((PyCFunctionObject *)callable)->m_ml;
    }
    if (Py_IS_TYPE(callable, &PyMethodDescr_Type) || Py_IS_TYPE(callable, &PyClassMethodDescr_Type)) {
        return ((PyMethodDescrObject *)callable)->d_method;
    }
    return NULL;
}

int
fa_interpose_function(fa_patch *patch, PyObject *callable)
{
    PyMethodDef *definition = borrow_definition(callable);
    int index = definition == NULL ? -1 : stub_index(definition->ml_flags);
    if (index < 0) {
        PyErr_Format(PyExc_TypeError, "fastaudit cannot interpose %R: not a built-in function of a "
                     "calling convention it knows", callable);
        return -1;
    }
    void (*ours)(void) = patch->stub[index];
    void (*theirs)(void) = (void (*)(void))definition->ml_meth;
    if (theirs == ours) {
        return 0; /* definitions are process-wide: another interpreter was here first */
    }
    if (patch->original != NULL && patch->original != theirs) {
        PyErr_Format(PyExc_TypeError, "fastaudit cannot interpose %R: one patch serves one built-in",
                     callable);
        return -1;
    }
    patch->flags = definition->ml_flags;
    patch->original = theirs;
    /* Release: the stub reads what was just written, maybe in another thread. */
    __atomic_store_n(&definition->ml_meth, (PyCFunction)ours, __ATOMIC_RELEASE);
    return 0;
}

/* What gevent put another function in the place of, when it patched a module: `callable` is stolen, and given back where
 * there is no such thing. NULL with an exception set. */
static PyObject *
unpatched(const char *module, const char *name, PyObject *callable)
{
    PyObject *modules = PyImport_GetModuleDict();                                 /* borrowed */
    PyObject *monkey = PyDict_GetItemString(modules, "gevent.monkey");            /* borrowed */
    if (PyCFunction_Check(callable) || monkey == NULL) {
        return callable;
    }
    PyObject *original = PyObject_CallMethod(monkey, "get_original", "ss", module, name);
    Py_DECREF(callable);
    return original;
}

int
fa_interpose_named(fa_patch *patch, const char *module, const char *type, const char *name)
{
    int status = -1;
    PyObject *holder = NULL;   /* owned */
    PyObject *callable = NULL; /* owned */

    holder = PyImport_ImportModule(module);
    if (holder == NULL) {
        if (PyErr_ExceptionMatches(PyExc_ImportError)) {
            PyErr_Clear();
            return 0;
        }
        return -1;
    }
    if (type != NULL) {
        Py_SETREF(holder, PyObject_GetAttrString(holder, type));
    }
    if (holder != NULL) {
        callable = PyObject_GetAttrString(holder, name);
    }
    if (callable != NULL && type == NULL) {
        callable = unpatched(module, name, callable);
    }
    if (callable != NULL) {
        status = fa_interpose_function(patch, callable) < 0 ? -1 : 1;
    }
    else if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        status = 0;
    }
    Py_XDECREF(callable);
    Py_XDECREF(holder);
    return status;
}

int
fa_interpose_method(fa_patch *patch, PyTypeObject *type, const char *name)
{
    PyObject *method = PyObject_GetAttrString((PyObject *)type, name);
    int status = method == NULL ? -1 : fa_interpose_function(patch, method);
    Py_XDECREF(method);
    return status;
}

/* Vectorcall arguments as a tuple and a dict (NULL for none). Returns 0, or -1 with an exception set. */
static int
to_tuple(PyObject *const *args, Py_ssize_t count, PyObject *names, PyObject **tuple, PyObject **dict)
{
    *dict = NULL;
    *tuple = PyTuple_New(count);
    if (*tuple == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTuple_SET_ITEM(*tuple, i, Py_NewRef(args[i]));
    }
    Py_ssize_t named = names == NULL ? 0 : PyTuple_GET_SIZE(names);
    if (named == 0) {
        return 0;
    }
    *dict = PyDict_New();
    for (Py_ssize_t i = 0; *dict != NULL && i < named; i++) {
        if (PyDict_SetItem(*dict, PyTuple_GET_ITEM(names, i), args[count + i]) < 0) {
            Py_CLEAR(*dict);
        }
    }
    if (*dict == NULL) {
        Py_CLEAR(*tuple);
        return -1;
    }
    return 0;
}

PyObject *
fa_interpose_call_as(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count,
                     PyObject *names)
{
    switch (stub_index(patch->flags)) {
    case 0:
        return ((PyCFunction)patch->original)(self, NULL);
    case 1:
        return ((PyCFunction)patch->original)(self, args[0]);
    case 4:
        return ((fa_fast_function)patch->original)(self, args, count);
    case 6:
        return ((fa_method_function)patch->original)(self, fa_interpose_class, args, (size_t)count, names);
    default:
        break;
    }
    PyObject *tuple, *dict, *result;
    if (to_tuple(args, count, names, &tuple, &dict) < 0) {
        return NULL;
    }
    if (patch->flags & METH_KEYWORDS) {
        result = ((PyCFunctionWithKeywords)patch->original)(self, tuple, dict);
    }
    else {
        result = ((PyCFunction)patch->original)(self, tuple);
    }
    Py_DECREF(tuple);
    Py_XDECREF(dict);
    return result;
}

PyObject *
fa_interpose_call_with(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names,
                       Py_ssize_t at, PyObject *instead)
{
    size_t all = (size_t)count + (names == NULL ? 0 : (size_t)PyTuple_GET_SIZE(names));
    PyObject **given = PyMem_New(PyObject *, all); /* owned; its items are borrowed */
    if (given == NULL) {
        return PyErr_NoMemory();
    }
    memcpy(given, args, all * sizeof *given);
    given[at] = instead;
    PyObject *result = fa_interpose_call(patch, self, given, count, names);
    PyMem_Free(given);
    return result;
}

PyObject *
fa_interpose_from_tuple(fa_replacement replacement, PyObject *self, PyObject *args, PyObject *kwargs)
{
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    if (kwargs == NULL || PyDict_GET_SIZE(kwargs) == 0) {
        return replacement(self, ((PyTupleObject *)args)->ob_item, count, NULL);
    }
    PyObject *result = NULL;
    Py_ssize_t named = PyDict_GET_SIZE(kwargs), at = 0, position = 0;
    PyObject *key, *value; /* borrowed */
    /* Tuples, not lists: without memory for its items, a list crashes CPython 3.13 where there is no GIL. */
    PyObject *names = PyTuple_New(named);       /* owned */
    PyObject *all = PyTuple_New(count + named); /* owned: every argument; keeps the values alive */
    if (names == NULL || all == NULL) {
        goto done;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTuple_SET_ITEM(all, i, Py_NewRef(PyTuple_GET_ITEM(args, i)));
    }
    bool all_there;
    Py_BEGIN_CRITICAL_SECTION(kwargs);
    for (; at < named && PyDict_Next(kwargs, &position, &key, &value); at++) {
        PyTuple_SET_ITEM(names, at, Py_NewRef(key));
        PyTuple_SET_ITEM(all, count + at, Py_NewRef(value));
    }
    all_there = at == named && PyDict_GET_SIZE(kwargs) == named;
    Py_END_CRITICAL_SECTION();
    if (all_there) {
        result = replacement(self, ((PyTupleObject *)all)->ob_item, count, names);
    }
    else {
        PyErr_SetString(PyExc_RuntimeError, "the keyword arguments changed during the call");
    }

done:
    Py_XDECREF(all);
    Py_XDECREF(names);
    return result;
}
