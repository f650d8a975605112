/* places.c: names of files that mean one place, whatever happens between judging and acting. */
#include "interpose/places.h"

#include <errno.h>
#include <fcntl.h>

#include "classify/resolve.h"

int
fa_places_read_dir_fd(PyObject *object, int *dir_fd)
{
    *dir_fd = -1;
    if (object == NULL || object == Py_None) {
        return 0;
    }
    if (!PyIndex_Check(object)) {
        PyErr_Format(PyExc_TypeError, "argument should be integer or None, not %.200s", Py_TYPE(object)->tp_name);
        return -1;
    }
    PyObject *index = PyNumber_Index(object); /* owned: the one conversion */
    if (index == NULL) {
        return -1;
    }
    int overflow;
    long number = PyLong_AsLongAndOverflow(index, &overflow);
    Py_DECREF(index);
    if (overflow != 0 || number < INT_MIN || number > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, overflow > 0 || number > INT_MAX ? "fd is greater than maximum"
                                                                              : "fd is less than minimum");
        return -1;
    }
    if (number == AT_FDCWD) {
        return 0;
    }
    *dir_fd = number < 0 ? INT_MIN : (int)number; /* no directory at all: an error of its own */
    return 1;
}

static bool
climbs(fa_text path)
{
    for (size_t at = 0; at + 1 < path.length; at++) {
        if (path.bytes[at] == '.' && path.bytes[at + 1] == '.' && (at == 0 || path.bytes[at - 1] == '/') &&
            (at + 2 == path.length || path.bytes[at + 2] == '/')) {
            return true;
        }
    }
    return false;
}

/* The name without "..": where the kernel would go up from a folder, another thread may have moved it. */
static int
resolve(fa_text path, int dir_fd, fa_resolved *place, fa_text *rest)
{
    bool closed = path.bytes[path.length - 1] == '/';

    if (!climbs(path)) {
        *rest = path;
        return path.bytes[0] == '/' ? -1 : fa_resolve_directory(dir_fd, place);
    }
    *rest = (fa_text){"", 0};
    int error = fa_resolve(path, dir_fd, FA_NO_FOLLOW, place);
    if (error == 0 && place->length == 0) {
        return -1; /* through /proc to what has no name: judged as it stands */
    }
    if (error == 0 && !closed) {
        rest->bytes = NULL;
    }
    return error;
}

/* The bytes of an ASCII str, in itself. */
static bool
read_ascii(PyObject *path, fa_text *text)
{
    if (!PyUnicode_Check(path) || !fa_compat_str_is_ready(path) || !PyUnicode_IS_ASCII(path)) {
        return false;
    }
    *text = (fa_text){(const char *)PyUnicode_DATA(path), (size_t)PyUnicode_GET_LENGTH(path)};
    return true;
}

int
fa_places_read(PyObject *path, PyObject **encoded, fa_text *text)
{
    *encoded = NULL;
    if (read_ascii(path, text)) {
        if (memchr(text->bytes, '\0', text->length) != NULL) {
            PyErr_SetString(PyExc_ValueError, "embedded null byte");
            return -1;
        }
        return 0;
    }
    if (!PyUnicode_FSConverter(path, encoded)) {
        return -1;
    }
    *text = (fa_text){PyBytes_AS_STRING(*encoded), (size_t)PyBytes_GET_SIZE(*encoded)};
    return 0;
}

/* "folder/rest", or the folder alone (rest.bytes NULL), as an object like `path` (new reference). */
static PyObject *
join(PyObject *path, const fa_resolved *folder, fa_text rest)
{
    char joined[2 * FA_PATH_BYTES];
    size_t length = folder->length;

    if (rest.length >= FA_PATH_BYTES) {
        return Py_NewRef(path); /* refused as too long, with what was given in the record */
    }
    memcpy(joined, folder->path, length);
    if (rest.bytes != NULL) {
        if (length != 1) { /* "/" */
            joined[length++] = '/';
        }
        memcpy(joined + length, rest.bytes, rest.length);
        length += rest.length;
    }
    return PyUnicode_Check(path) ? PyUnicode_DecodeFSDefaultAndSize(joined, (Py_ssize_t)length)
                                 : PyBytes_FromStringAndSize(joined, (Py_ssize_t)length);
}

PyObject *
fa_places_fix(PyObject *path, int dir_fd)
{
    PyObject *encoded; /* owned, or NULL */
    PyObject *fixed;   /* owned */
    fa_resolved place;
    fa_text rest;
    fa_text text;

    if (fa_places_read(path, &encoded, &text) < 0) {
        return NULL;
    }
    int error = text.length == 0 ? ENOENT : dir_fd == INT_MIN && text.bytes[0] != '/' ? EBADF
                                                                                 : resolve(text, dir_fd, &place, &rest);
    if (error < 0) {
        fixed = Py_NewRef(path);
    }
    else if (error > 0) {
        fixed = NULL;
        errno = error;
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path);
    }
    else {
        fixed = join(path, &place, rest);
    }
    Py_XDECREF(encoded);
    return fixed;
}

bool
fa_places_is_fixed(PyObject *path)
{
    fa_text text;
    return PyUnicode_CheckExact(path) && read_ascii(path, &text) && text.length > 0 &&
           text.bytes[0] == '/' && !climbs(text);
}

void
fa_places_show_given(PyObject *ours, PyObject *given)
{
    PyObject *error = PyErr_GetRaisedException(); /* owned */

    if (error != NULL && PyObject_TypeCheck(error, (PyTypeObject *)PyExc_OSError)) {
        PyOSErrorObject *os_error = (PyOSErrorObject *)error;
        if (os_error->filename == ours) {
            Py_SETREF(os_error->filename, Py_NewRef(given));
        }
        if (os_error->filename2 == ours) {
            Py_SETREF(os_error->filename2, Py_NewRef(given));
        }
    }
    PyErr_SetRaisedException(error);
}

Py_ssize_t
fa_places_find(Py_ssize_t count, PyObject *names, Py_ssize_t position, const char *name)
{
    if (position >= 0 && position < count) {
        return position;
    }
    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names); i++) {
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), name) == 0) {
            return count + i;
        }
    }
    return -1;
}
