/* location.c: where in the user's code the running Python code is. */
#include "enforce/location.h"

#include <stdlib.h>

/* Folders with a slash at the end, owned; written once, by whichever interpreter imports us first, and
 * never freed: the hook outlives interpreters. */
static _Atomic(char *) library_folder;
static _Atomic(char *) package_folder;

/* A str as UTF-8, its lone surrogates as the bytes they stand for; malloc'ed. NULL when it is none, or
 * without memory; no exception is set. The raw data alone is read: a subclass has no say. */
static char *
copy_text(PyObject *object)
{
    if (object == NULL || !PyUnicode_Check(object)) {
        return NULL;
    }
    /* This error handler is built into the codec: no Python code is asked. */
    PyObject *encoded = PyUnicode_AsEncodedString(object, "utf-8", "surrogatepass"); /* owned */
    if (encoded == NULL) {
        PyErr_Clear();
        return NULL;
    }
    const unsigned char *from = (const unsigned char *)PyBytes_AS_STRING(encoded);
    size_t length = (size_t)PyBytes_GET_SIZE(encoded);
    char *copy = malloc(length + 1);
    size_t to = 0;
    for (size_t i = 0; copy != NULL && i < length && from[i] != '\0'; i++) {
        if (i + 2 < length && from[i] == 0xED && (from[i + 1] & 0xFE) == 0xB2) { /* U+DC80 to U+DCFF */
            copy[to++] = (char)((from[i + 1] & 0x03) << 6 | (from[i + 2] & 0x3F));
            i += 2;
        }
        else {
            copy[to++] = (char)from[i];
        }
    }
    if (copy != NULL) {
        copy[to] = '\0';
    }
    Py_DECREF(encoded);
    return copy;
}

/* Keep the folder, unless another interpreter was first. `of_file`: the folder that the file lies in. */
static void
remember(_Atomic(char *) *kept, PyObject *path, bool of_file)
{
    char *text = copy_text(path); /* owned until it is kept */
    if (text == NULL) {
        return;
    }
    size_t length = strlen(text);
    while (length > 0 && (of_file ? text[length - 1] != '/' : text[length - 1] == '/')) {
        length--;
    }
    length -= of_file && length > 0; /* the slash */
    char *folder = length == 0 ? NULL : malloc(length + 2);
    if (folder != NULL) {
        memcpy(folder, text, length);
        memcpy(folder + length, "/", 2);
        char *nobody = NULL;
        if (!atomic_compare_exchange_strong(kept, &nobody, folder)) {
            free(folder);
        }
    }
    free(text);
}

/* __file__ of a module that is loaded; borrowed, NULL for none, without an exception. Only while we are
 * imported ourselves. */
static PyObject *
borrow_file(const char *module)
{
    PyObject *modules = PySys_GetObject("modules"); /* borrowed */
    if (modules == NULL || !PyDict_CheckExact(modules)) {
        return NULL;
    }
    PyObject *found = PyDict_GetItemString(modules, module); /* borrowed */
    return found == NULL || !PyModule_Check(found)
               ? NULL
               : PyDict_GetItemString(PyModule_GetDict(found), "__file__");
}

int
fa_location_setup(PyObject *module)
{
    (void)module;
    PyObject *library = PySys_GetObject("_stdlib_dir"); /* borrowed */
    if (library != NULL && PyUnicode_Check(library)) {
        remember(&library_folder, library, false);
    }
    else {
        remember(&library_folder, borrow_file("os"), true);
    }
    remember(&package_folder, borrow_file("fastaudit"), true);
    return PyErr_Occurred() ? -1 : 0;
}

static bool
begins_with(const char *text, const char *start)
{
    return start != NULL && strncmp(text, start, strlen(start)) == 0;
}

typedef enum code_kind {
    KIND_USER,
    KIND_LIBRARY, /* the standard library */
    KIND_NEVER    /* fastaudit, the import system */
} code_kind;

static code_kind
kind_of_file(const char *file)
{
    const char *library = atomic_load(&library_folder);
    if (begins_with(file, atomic_load(&package_folder)) || begins_with(file, "<frozen importlib.")
        || begins_with(file, "<frozen zipimport")) {
        return KIND_NEVER;
    }
    if (begins_with(file, "<frozen ")) {
        return KIND_LIBRARY;
    }
    if (begins_with(file, library)) {
        /* Installed packages lie in a folder of the library's. */
        const char *rest = file + strlen(library);
        return begins_with(rest, "site-packages/") || begins_with(rest, "dist-packages/")
                   ? KIND_USER
               : begins_with(rest, "importlib/_bootstrap") ? KIND_NEVER
                                                           : KIND_LIBRARY;
    }
    return KIND_USER;
}

static void
clear_where(fa_where *where)
{
    free(where->file);
    free(where->function);
    *where = (fa_where){0};
}

void
fa_location_of_code(PyCodeObject *code, int line, fa_where *where)
{
    where->file = copy_text(code->co_filename);
    where->function = where->file == NULL ? NULL : copy_text(code->co_name);
    /* What a closure begins with has no line of its own. */
    where->line = where->file == NULL ? 0 : line > 0 ? line : code->co_firstlineno;
}

/* `frame` is stolen. */
static PyFrameObject *
outer_frame(PyFrameObject *frame)
{
    PyFrameObject *back = PyFrame_GetBack(frame);
    Py_DECREF(frame);
    return back;
}

void
fa_location_find(fa_where *where)
{
    fa_where inner = {0}; /* owned texts: the innermost frame of the standard library */
    PyFrameObject *frame = PyThreadState_GetFrame(PyThreadState_Get()); /* owned */

    *where = (fa_where){0};
    for (; frame != NULL; frame = outer_frame(frame)) {
        PyCodeObject *code = PyFrame_GetCode(frame); /* owned */
        char *file = copy_text(code->co_filename);   /* owned */
        code_kind kind = file == NULL ? KIND_NEVER : kind_of_file(file);
        if (kind == KIND_USER) {
            fa_location_of_code(code, PyFrame_GetLineNumber(frame), where);
        }
        else if (kind == KIND_LIBRARY && inner.file == NULL) {
            fa_location_of_code(code, PyFrame_GetLineNumber(frame), &inner);
        }
        free(file);
        Py_DECREF(code);
        if (kind == KIND_USER) {
            Py_DECREF(frame);
            break;
        }
    }
    if (where->file == NULL) {
        *where = inner;
    }
    else {
        clear_where(&inner);
    }
    /* No memory for a frame: the place stays unknown, and the refusal is recorded all the same. */
    PyErr_Clear();
}
