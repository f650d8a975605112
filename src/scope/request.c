/* request.c: what an application is told of a request, and what it may say to the server. */
#include "scope/request.h"

#include "support/text.h"

/* What an application may send, and which of them begin an answer. Others, of extensions, have the server do what the policy
 * is not asked about: a "http.response.pathsend" opens a file. */
static const struct {
    const char *type;
    bool begins;
} messages[] = {
    {"http.response.body", false},
    {"http.response.start", true},
    {"websocket.send", false},
    {"websocket.accept", true},
    {"websocket.close", true},
    {"http.response.trailers", false},
    {"http.response.push", false},
    {"http.response.early_hint", false},
    {"websocket.http.response.start", true},
    {"websocket.http.response.body", false},
};

/* What a message of ours says that it is (borrowed, NULL with an exception set). */
static PyObject *
type_of(PyObject *message)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    if (!PyDict_CheckExact(message)) {
        PyErr_Format(PyExc_TypeError, "a message is a dict, not %.200s", Py_TYPE(message)->tp_name);
        return NULL;
    }
    while (PyDict_Next(message, &position, &key, &value)) {
        if (fa_text_is(key, "type")) {
            return value;
        }
    }
    PyErr_SetString(PyExc_KeyError, "type");
    return NULL;
}

int
fa_request_check(PyObject *message, _Atomic(const char *) *begun)
{
    PyObject *type = type_of(message); /* borrowed */
    for (size_t i = 0; type != NULL && i < sizeof(messages) / sizeof(*messages); i++) {
        if (fa_text_is(type, messages[i].type)) {
            if (messages[i].begins) {
                atomic_store_explicit(begun, messages[i].type, memory_order_relaxed);
            }
            return 0;
        }
    }
    if (type != NULL) {
        PyErr_Format(PyExc_RuntimeError, "an application under a policy cannot send %R", type);
    }
    return -1;
}

/* ---- the scope of a request ---- */

static bool
is_one_of(PyObject *text, const char *const *names)
{
    bool found = false;
    for (; *names != NULL && !found; names++) {
        found = fa_text_is(text, *names);
    }
    return found;
}

/* Those extensions that an application under a policy may use (new reference, NULL with an exception set). */
static PyObject *
allowed_extensions(PyObject *extensions)
{
    static const char *const names[] = {"http.response.trailers", "http.response.push", "http.response.early_hint",
                                        "websocket.http.response", "tls", NULL};
    PyObject *key, *value;
    Py_ssize_t position = 0;
    PyObject *all = PyDict_New();                                             /* owned */
    PyObject *allowed = all == NULL ? NULL : PyDict_New();
    if (allowed != NULL && PyDict_Update(all, extensions) < 0) {
        Py_CLEAR(allowed);
    }
    while (allowed != NULL && PyDict_Next(all, &position, &key, &value)) {
        if (is_one_of(key, names) && PyDict_SetItem(allowed, key, value) < 0) {
            Py_CLEAR(allowed);
        }
    }
    Py_XDECREF(all);
    return allowed;
}

/* A copy of a container that servers read again: *copy is a new reference, or NULL: it is none. 0, or -1 with an exception
 * set. */
static int
copy_of(PyObject *key, PyObject *value, PyObject **copy)
{
    static const char *const mappings[] = {"asgi", "state", NULL};
    static const char *const lists[] = {"headers", "subprotocols", "client", "server", NULL};
    *copy = NULL;
    if (PyUnicode_CheckExact(value) || PyBytes_CheckExact(value) || PyTuple_CheckExact(value) || value == Py_None) {
        return 0;
    }
    if (PyList_CheckExact(value) && is_one_of(key, lists)) {
        *copy = PyList_GetSlice(value, 0, PY_SSIZE_T_MAX);
    }
    else if (PyDict_CheckExact(value) && is_one_of(key, mappings)) {
        *copy = PyDict_Copy(value);
    }
    else if (!PyList_CheckExact(value) && fa_text_is(key, "extensions")) {
        *copy = allowed_extensions(value);
    }
    else {
        return 0;
    }
    return *copy == NULL ? -1 : 0;
}

static PyObject *
copy_scope(PyObject *Py_UNUSED(module), PyObject *scope)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    bool exact = PyDict_CheckExact(scope);
    PyObject *inside = exact ? PyDict_Copy(scope) : PyDict_New(); /* owned */
    if (inside != NULL && !exact && PyDict_Update(inside, scope) < 0) {
        Py_CLEAR(inside);
    }
    while (inside != NULL && PyDict_Next(inside, &position, &key, &value)) {
        PyObject *copy; /* owned */
        if (copy_of(key, value, &copy) < 0 || (copy != NULL && PyDict_SetItem(inside, key, copy) < 0)) {
            Py_CLEAR(inside);
        }
        Py_XDECREF(copy);
    }
    return inside;
}

static PyMethodDef functions[] = {
    {"copy_scope", copy_scope, METH_O,
     "copy_scope(scope, /)\n--\n\nA scope of one's own: servers read theirs again, to write their logs."},
    {NULL, NULL, 0, NULL},
};

int
fa_request_add_functions(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
