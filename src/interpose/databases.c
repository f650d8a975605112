/* databases.c: raises an event for every file that SQLite opens as a database, whatever names it. */
#include "interpose/databases.h"

#include <stdatomic.h>

#include "authority/authority.h"
#include "interpose/inits.h"
#include "interpose/interpose.h"
#include "interpose/vfs.h"

/* A call into SQLite that is under way on this thread. SQLite reports a refusal as an error of its own;
 * the violation is kept here until the call is back. */
typedef struct database_call {
    bool runs;
    bool connects;
    PyObject *refused; /* owned: the violation, or NULL */
} database_call;

static FA_THREAD_LOCAL database_call current;

/* SQLite's functions are hidden in this build: nothing that a connection opens could be judged. */
static atomic_bool is_hidden;

/* The URI that names `path` and nothing else. NULL with an exception set. */
static PyObject *
make_uri(const char *path, bool read_only, bool creates)
{
    static const char digits[] = "0123456789abcdef";
    const char *mode = read_only ? "?mode=ro" : creates ? "?mode=rwc" : "?mode=rw";
    size_t length = strlen(path), end = strlen("file:");
    PyObject *uri = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(end + 3 * length + strlen(mode)));

    if (uri == NULL) {
        return NULL;
    }
    char *at = PyBytes_AS_STRING(uri);
    memcpy(at, "file:", end);
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)path[i];
        if (byte == '/' || byte == '.' || byte == '-' || byte == '_' || (byte < 128 && Py_ISALNUM(byte))) {
            at[end++] = (char)byte;
            continue;
        }
        at[end++] = '%';
        at[end++] = digits[byte >> 4];
        at[end++] = digits[byte & 15];
    }
    memcpy(at + end, mode, strlen(mode));
    _PyBytes_Resize(&uri, (Py_ssize_t)(end + strlen(mode)));
    return uri;
}

/* SQLite calls this without the interpreter's lock, as it does functions written in Python. */
static bool
judge_file(const char *path, bool read_only, bool creates)
{
    if (!fa_gate_is_open()) {
        return true;
    }
    if (Py_IsFinalizing()) {
        return false; /* nobody can be asked any more */
    }
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *pending = PyErr_GetRaisedException(); /* owned: of a callback that SQLite has not reported yet */
    PyObject *uri = make_uri(path, read_only, creates);
    int status = -1;
    if (uri != NULL) {
        status = PySys_Audit(current.connects ? "sqlite3.connect" : "sqlite3.attach", "OO", uri, Py_True);
        Py_DECREF(uri);
    }
    if (status < 0) {
        PyObject *refused = PyErr_GetRaisedException(); /* owned */
        if (current.runs) {
            Py_XSETREF(current.refused, refused);
        }
        else {
            Py_XDECREF(refused); /* the record has it */
        }
    }
    PyErr_SetRaisedException(pending);
    PyGILState_Release(state);
    return status == 0;
}

static database_call
begin_call(bool connects)
{
    database_call outer = current;
    current = (database_call){.runs = true, .connects = connects};
    return outer;
}

/* Raise the violation instead of what SQLite made of it. */
static void
end_call(database_call outer, bool failed)
{
    PyObject *refused = current.refused; /* owned */

    current = outer;
    if (refused != NULL && failed) {
        PyObject *error = PyErr_GetRaisedException(); /* owned */
        if (error != NULL) {
            PyException_SetContext(refused, error);
        }
        PyErr_SetRaisedException(refused);
    }
    else {
        Py_XDECREF(refused);
    }
}

static initproc original_connection_init; /* written once, by fa_inits_replace() */

static int
init_connection(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *converted = NULL; /* owned */
    PyObject *names = NULL;     /* owned */
    PyObject *given = NULL;     /* owned */
    const fa_authority *authority; /* borrowed */

    int held = fa_gate_is_open() ? fa_authority_get(&authority) : 0;
    if (held <= 0) {
        return held < 0 ? -1 : original_connection_init(self, args, kwargs);
    }
    if (atomic_load(&is_hidden)) {
        PyErr_SetString(PyExc_PermissionError, "this build of sqlite3 hides what it opens from fastaudit, "
                                               "so that it cannot be used inside a sandbox");
        return -1;
    }
    if (fa_inits_convert_path(args, kwargs, "database", &converted, &names, &given) < 0) {
        return -1;
    }
    database_call outer = begin_call(true);
    int status = converted == NULL
                     ? original_connection_init(self, args, kwargs)
                     : original_connection_init(self, converted, names != NULL ? names : kwargs);
    end_call(outer, status < 0);
    Py_XDECREF(converted);
    Py_XDECREF(names);
    Py_XDECREF(given);
    return status;
}

/* The methods that run statements, replaced for the sake of the message alone. */
#define RUNS_STATEMENTS(NAME)                                                                      \
    static PyObject *NAME(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);                  \
    FA_INTERPOSED(NAME, NAME);                                                                     \
    static PyObject *NAME(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) \
    {                                                                                              \
        database_call outer = begin_call(false);                                                   \
        PyObject *result = fa_interpose_call(&NAME##_patch, self, args, count, names);             \
        end_call(outer, result == NULL);                                                           \
        return result;                                                                             \
    }

RUNS_STATEMENTS(connection_execute)
RUNS_STATEMENTS(connection_executemany)
RUNS_STATEMENTS(connection_executescript)
RUNS_STATEMENTS(cursor_execute)
RUNS_STATEMENTS(cursor_executemany)
RUNS_STATEMENTS(cursor_executescript)

static const struct {
    const char *type;
    const char *method;
    fa_patch *patch;
} methods[] = {
    {"Connection", "execute", &connection_execute_patch},
    {"Connection", "executemany", &connection_executemany_patch},
    {"Connection", "executescript", &connection_executescript_patch},
    {"Cursor", "execute", &cursor_execute_patch},
    {"Cursor", "executemany", &cursor_executemany_patch},
    {"Cursor", "executescript", &cursor_executescript_patch},
};

static void
replace_methods(PyObject *module)
{
    for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
        PyObject *type = PyObject_GetAttrString(module, methods[i].type); /* owned */
        PyObject *method = type == NULL ? NULL : PyObject_GetAttrString(type, methods[i].method); /* owned */
        if (method == NULL || fa_interpose_function(methods[i].patch, method) < 0) {
            PyErr_Clear(); /* what is refused stays refused, by SQLite's own error */
        }
        Py_XDECREF(method);
        Py_XDECREF(type);
    }
}

int
fa_databases_install(PyObject *module)
{
    PyObject *connection = PyObject_GetAttrString(module, "Connection"); /* owned */
    const void *code = PyModule_Check(module) ? PyModule_GetDef(module) : NULL;

    if (connection == NULL || !PyType_Check(connection) || code == NULL) {
        Py_XDECREF(connection);
        PyErr_SetString(PyExc_TypeError, "fastaudit does not know this _sqlite3");
        return -1;
    }
    int status = fa_inits_replace((PyTypeObject *)connection, init_connection, &original_connection_init);
    Py_DECREF(connection);
    if (status == 0) {
        if (!fa_vfs_install(code, judge_file)) {
            atomic_store(&is_hidden, true);
        }
        replace_methods(module);
    }
    return status;
}
