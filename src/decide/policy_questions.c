/* policy_questions.c: what a policy asks the core while it is made. */
#include "decide/policy_questions.h"

#include "classify/neighbours.h"
#include "decide/pattern.h"
#include "decide/ruleset_read.h"

static PyObject *
core_resolve(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *path;
    int follow = 1;
    if (!PyArg_ParseTuple(args, "S|p:resolve", &path, &follow)) {
        return NULL;
    }
    fa_text text = {PyBytes_AS_STRING(path), (size_t)PyBytes_GET_SIZE(path)};
    if (memchr(text.bytes, '\0', text.length) != NULL) {
        PyErr_SetString(PyExc_ValueError, "embedded null byte");
        return NULL;
    }
    fa_resolved resolved;
    int error = fa_resolve(text, -1, follow ? FA_FOLLOW : FA_NO_FOLLOW, &resolved);
    if (error != 0) {
        errno = error;
        return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path);
    }
    return PyBytes_FromStringAndSize(resolved.path, (Py_ssize_t)resolved.length);
}

/* The canonical form of one entry of a list (new reference); None for one that takes a longer look. */
static PyObject *
resolve_entry(fa_neighbours *seen, PyObject *entry)
{
    fa_text canonical;

    if (!PyUnicode_CheckExact(entry)) {
        Py_RETURN_NONE;
    }
    PyObject *encoded = PyUnicode_EncodeFSDefault(entry); /* owned */
    if (encoded == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeError)) {
            return NULL;
        }
        PyErr_Clear();
        Py_RETURN_NONE;
    }
    fa_text text = {PyBytes_AS_STRING(encoded), (size_t)PyBytes_GET_SIZE(encoded)};
    PyObject *result = Py_NewRef(Py_None);
    if (text.length > 0 && text.bytes[0] == '/' && fa_neighbours_resolve(seen, text, &canonical) == 0 &&
        canonical.length > 0) {
        Py_SETREF(result, fa_text_equal(text, canonical)
                              ? Py_NewRef(entry)
                              : PyUnicode_DecodeFSDefaultAndSize(canonical.bytes, (Py_ssize_t)canonical.length));
    }
    Py_DECREF(encoded);
    return result;
}

static PyObject *
core_resolve_many(PyObject *Py_UNUSED(module), PyObject *list)
{
    if (!PyList_CheckExact(list)) {
        PyErr_SetString(PyExc_TypeError, "expected a list");
        return NULL;
    }
    PyObject *entries = PyList_AsTuple(list); /* owned */
    fa_neighbours *seen = PyMem_Malloc(sizeof(*seen)); /* owned */
    PyObject *result = entries == NULL || seen == NULL ? NULL : PyList_New(0);
    if (result != NULL) {
        fa_neighbours_begin(seen);
    }
    else if (seen == NULL && entries != NULL) {
        PyErr_NoMemory();
    }
    for (Py_ssize_t i = 0; result != NULL && i < PyTuple_GET_SIZE(entries); i++) {
        PyObject *found = resolve_entry(seen, PyTuple_GET_ITEM(entries, i));
        if (found == NULL || PyList_Append(result, found) < 0) {
            Py_CLEAR(result);
        }
        Py_XDECREF(found);
    }
    PyMem_Free(seen);
    Py_XDECREF(entries);
    return result;
}

static PyObject *
core_check_address(PyObject *Py_UNUSED(module), PyObject *args)
{
    const char *text;
    Py_ssize_t length;
    int port_optional = 0;
    if (!PyArg_ParseTuple(args, "s#|p:check_address", &text, &length, &port_optional)) {
        return NULL;
    }
    fa_address_rule rule;
    if (fa_ruleset_read_address((fa_text){text, (size_t)length}, port_optional != 0, &rule) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
core_check_pattern(PyObject *Py_UNUSED(module), PyObject *args)
{
    const char *text, *why;
    Py_ssize_t length;
    if (!PyArg_ParseTuple(args, "y#:check_pattern", &text, &length)) {
        return NULL;
    }
    if (!fa_pattern_check((fa_text){text, (size_t)length}, &why)) {
        PyErr_SetString(PyExc_ValueError, why);
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"resolve", core_resolve, METH_VARARGS,
     "resolve(path, follow=True, /)\n--\n\n"
     "Give the canonical path that the kernel would reach; raises OSError."},
    {"resolve_many", core_resolve_many, METH_O,
     "resolve_many(paths, /)\n--\n\n"
     "Give for each absolute str of a list what resolve() would, and None for any other entry."},
    {"check_address", core_check_address, METH_VARARGS,
     "check_address(text, port_optional=False, /)\n--\n\n"
     "Raise ValueError with one clear sentence when the text is no address."},
    {"check_pattern", core_check_pattern, METH_VARARGS,
     "check_pattern(text, /)\n--\n\n"
     "Raise ValueError that says what is wrong when the bytes are no pattern of paths."},
    {NULL, NULL, 0, NULL},
};

int
fa_policy_questions_exec(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
