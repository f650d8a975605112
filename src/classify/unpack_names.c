/* unpack_names.c: modules, libraries, variables and attributes: what goes by a name. */
#include "classify/unpack_families.h"

/* A native library's file: what would be loaded. */
static void
resolve_library(fa_unpacked *unpacked, fa_text path)
{
    fa_place *file = &unpacked->event.as.name.file;
    fa_resolved *resolved = &unpacked->resolved[0];

    *file = (fa_place){.asks = FA_BIT(FA_READ)};
    file->error = fa_resolve(path, -1, FA_FOLLOW, resolved);
    if (file->error == 0) {
        file->path = (fa_text){resolved->path, resolved->length};
        file->exists = resolved->exists;
        file->directory = resolved->directory;
        file->descriptor = resolved->length == 0; /* memory, or a deleted file */
    }
}

/* (module, file or None, path, meta path, path hooks): with a file it is an extension about to load. */
static int
read_import(fa_unpacked *unpacked, PyObject *args)
{
    fa_text file;

    if (PyTuple_GET_SIZE(args) != 5) {
        return 0;
    }
    int found = fa_operands_string(unpacked, PyTuple_GET_ITEM(args, 0), &unpacked->event.as.name.name);
    PyObject *path = PyTuple_GET_ITEM(args, 1); /* borrowed */
    if (found != 1 || path == Py_None) {
        return found;
    }
    found = fa_operands_string(unpacked, path, &file);
    if (found == 1) {
        unpacked->event.right = FA_NATIVE;
        resolve_library(unpacked, file);
    }
    return found;
}

/* (name): None is the program itself; a name without a slash is searched by the loader. */
static int
read_library(fa_unpacked *unpacked, PyObject *object)
{
    fa_name *name = &unpacked->event.as.name;

    if (object == Py_None) {
        return 1;
    }
    int found = fa_operands_string(unpacked, object, &name->name);
    if (found == 1 && name->name.length > 0 && memchr(name->name.bytes, '/', name->name.length) != NULL) {
        resolve_library(unpacked, name->name);
    }
    return found;
}

/* (key, value) or (key) */
static int
read_variable(fa_unpacked *unpacked, PyObject *args)
{
    fa_name *name = &unpacked->event.as.name;
    Py_ssize_t size = PyTuple_GET_SIZE(args);

    if (size != 1 && size != 2) {
        return 0;
    }
    int found = fa_operands_string(unpacked, PyTuple_GET_ITEM(args, 0), &name->name);
    if (found == 1 && size == 2) {
        found = fa_operands_string(unpacked, PyTuple_GET_ITEM(args, 1), &name->value);
    }
    return found;
}

static bool
same_items(PyObject *a, PyObject *b)
{
    Py_ssize_t size = PyTuple_GET_SIZE(a);

    if (size != PyTuple_GET_SIZE(b)) {
        return false;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        if (PyTuple_GET_ITEM(a, i) != PyTuple_GET_ITEM(b, i)) {
            return false;
        }
    }
    return true;
}

/* Whether two code objects do the same, but that one is marked as a coroutine: what types.coroutine
 * assigns to a generator function, so importing asyncio. */
static int
differs_by_mark(PyCodeObject *a, PyCodeObject *b)
{
    if ((a->co_flags ^ b->co_flags) & ~CO_ITERABLE_COROUTINE || a->co_argcount != b->co_argcount ||
        a->co_posonlyargcount != b->co_posonlyargcount || a->co_kwonlyargcount != b->co_kwonlyargcount ||
        a->co_nlocals != b->co_nlocals || a->co_ncellvars != b->co_ncellvars ||
        a->co_nfreevars != b->co_nfreevars || a->co_stacksize != b->co_stacksize ||
        !same_items(a->co_consts, b->co_consts) || !same_items(a->co_names, b->co_names) ||
        a->co_exceptiontable != b->co_exceptiontable) {
        return 0;
    }
    PyObject *first = PyCode_GetCode(a);  /* owned */
    PyObject *second = PyCode_GetCode(b); /* owned */
    int same = -1;
    if (first != NULL && second != NULL) {
        same = PyBytes_GET_SIZE(first) == PyBytes_GET_SIZE(second) &&
               memcmp(PyBytes_AS_STRING(first), PyBytes_AS_STRING(second),
                      (size_t)PyBytes_GET_SIZE(first)) == 0;
    }
    Py_XDECREF(first);
    Py_XDECREF(second);
    return same;
}

/* (object, name, value): only the code of a function needs a right. */
static int
read_attribute(fa_unpacked *unpacked, PyObject *args)
{
    if (PyTuple_GET_SIZE(args) != 3 || !PyUnicode_Check(PyTuple_GET_ITEM(args, 1))) {
        return 0;
    }
    PyObject *object = PyTuple_GET_ITEM(args, 0); /* borrowed */
    PyObject *value = PyTuple_GET_ITEM(args, 2);  /* borrowed */
    if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(args, 1), "__code__") != 0) {
        return fa_unpack_narrow(unpacked);
    }
    if (!PyFunction_Check(object) || !PyCode_Check(value)) {
        return 1;
    }
    int ordinary = differs_by_mark((PyCodeObject *)PyFunction_GET_CODE(object), (PyCodeObject *)value);
    return ordinary == 1 ? fa_unpack_narrow(unpacked) : ordinary < 0 ? -1 : 1;
}

int
fa_unpack_names_read(fa_unpacked *unpacked, fa_unpacker unpacker, PyObject *args)
{
    Py_ssize_t size = PyTuple_GET_SIZE(args);

    if (unpacker == FA_UNPACK_ATTRIBUTE) {
        return read_attribute(unpacked, args);
    }
    if (unpacker == FA_UNPACK_CALLBACK) { /* (function): None takes a callback away */
        return size != 1 ? 0 : PyTuple_GET_ITEM(args, 0) == Py_None ? fa_unpack_narrow(unpacked) : 1;
    }
    if (unpacker == FA_UNPACK_ENABLE) { /* (connection, enabled) */
        return size != 2 ? 0 : PyTuple_GET_ITEM(args, 1) == Py_False ? fa_unpack_narrow(unpacked) : 1;
    }
    unpacked->event.as.name = (fa_name){0};
    unpacked->event.shape = FA_SHAPE_NAME;
    if (unpacker == FA_UNPACK_IMPORT) {
        return read_import(unpacked, args);
    }
    if (unpacker == FA_UNPACK_DLOPEN) {
        return size == 1 ? read_library(unpacked, PyTuple_GET_ITEM(args, 0)) : 0;
    }
    if (unpacker == FA_UNPACK_LOAD_EXTENSION) { /* (connection, path) */
        return size == 2 ? read_library(unpacked, PyTuple_GET_ITEM(args, 1)) : 0;
    }
    return read_variable(unpacked, args);
}
