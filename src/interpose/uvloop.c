/* uvloop.c: inside, uvloop is given sockets that Python made, and starts no program itself. */
#include "interpose/uvloop.h"

#include <sys/socket.h>

#include "authority/authority.h"
#include "interpose/given.h"
#include "interpose/interpose.h"
#include "interpose/pools.h"
#include "interpose/uvloop_settings.h"
#include "support/text.h"

/* libuv connects, sends, looks names up and starts programs by system calls of its own, which raise no event. So
 * inside, these methods of the loop are exchanged for coroutines in Python (fastaudit/_uvloop.py) that do the same by
 * Python's own sockets and subprocess, where everything is judged, and give what came of it to uvloop by `sock=`. The
 * coroutines are nothing that anybody has to trust: here nothing passes that does not bring a socket. */

enum { CONNECT, UNIX_CONNECT, DATAGRAMS, SERVE, LOOK_UP, NAME, EXEC, SHELL, PROGRAM, METHODS };

static PyObject *instead[METHODS]; /* owned functions: uvloop works in one interpreter only */
static PyObject *socket_type;      /* owned */

/* ---- what is done another way ---- */

/* Whether a socket comes with the call: then uvloop takes nothing else. -1 with an exception set. */
static int
brings_socket(PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    int brings = 0;
    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names); i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        if (!PyUnicode_CheckExact(name)) {
            PyErr_SetString(PyExc_TypeError, "this takes keywords that are plain strings");
            return -1;
        }
        if (fa_text_is(name, "sock")) {
            brings = args[count + i] != Py_None;
        }
    }
    return brings;
}

static PyObject *
call_instead(PyObject *function, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    Py_ssize_t all = count + (names == NULL ? 0 : PyTuple_GET_SIZE(names));
    PyObject **given = PyMem_New(PyObject *, (size_t)all + 1); /* owned; its items are borrowed */
    if (given == NULL) {
        return PyErr_NoMemory();
    }
    given[0] = self;
    for (Py_ssize_t i = 0; i < all; i++) {
        given[i + 1] = args[i];
    }
    PyObject *result = PyObject_Vectorcall(function, given, (size_t)count + 1, names);
    PyMem_Free(given);
    return result;
}

static PyObject *
do_otherwise(int method, const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count,
             PyObject *names)
{
    const fa_authority *authority;
    int found = fa_authority_get(&authority);
    int brings = found <= 0 || method > SERVE ? 0 : brings_socket(args, count, names);
    if (found < 0 || brings < 0) {
        return NULL;
    }
    return found == 0 || brings > 0 ? fa_interpose_call(patch, self, args, count, names)
                                    : call_instead(instead[method], self, args, count, names);
}

#define REPLACED(NAME, CALL)                                                                       \
    static PyObject *NAME##_here(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);           \
    FA_INTERPOSED(NAME, NAME##_here);                                                              \
    static PyObject *NAME##_here(PyObject *self, PyObject *const *args, Py_ssize_t count,          \
                                 PyObject *names)                                                  \
    {                                                                                              \
        return CALL;                                                                               \
    }

#define OTHERWISE(NAME, METHOD) REPLACED(NAME, do_otherwise(METHOD, &NAME##_patch, self, args, count, names))

OTHERWISE(create_connection, CONNECT)
OTHERWISE(create_unix_connection, UNIX_CONNECT)
OTHERWISE(create_datagram_endpoint, DATAGRAMS)
OTHERWISE(create_server, SERVE)
OTHERWISE(getaddrinfo, LOOK_UP)
OTHERWISE(getnameinfo, NAME)
OTHERWISE(subprocess_exec, EXEC)
OTHERWISE(subprocess_shell, SHELL)
OTHERWISE(subprocess_run, PROGRAM) /* what those two call: private, and in reach */

/* ---- UDPTransport.sendto(data, addr=None) ---- */

static PyObject *send_datagram(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(sendto, send_datagram);

static bool
is_text(PyObject *object)
{
    return PyUnicode_CheckExact(object) || PyBytes_CheckExact(object);
}

/* A socket of the family that an address is of, for the event; NULL with an exception set. uvloop takes numbers only,
 * and those of its own socket's family only. */
static PyObject *
socket_for(PyObject *address)
{
    int family = AF_UNIX;
    if (PyTuple_CheckExact(address)) {
        bool plain = PyTuple_GET_SIZE(address) >= 2 && PyTuple_GET_SIZE(address) <= 4 &&
                     is_text(PyTuple_GET_ITEM(address, 0));
        for (Py_ssize_t i = 1; plain && i < PyTuple_GET_SIZE(address); i++) {
            plain = PyLong_CheckExact(PyTuple_GET_ITEM(address, i));
        }
        PyObject *host = plain ? PyTuple_GET_ITEM(address, 0) : NULL; /* borrowed */
        if (host != NULL && PyUnicode_Check(host)) {
            family = PyUnicode_FindChar(host, ':', 0, PyUnicode_GET_LENGTH(host), 1) >= 0 ? AF_INET6 : AF_INET;
        }
        else if (host != NULL) {
            family = memchr(PyBytes_AS_STRING(host), ':', (size_t)PyBytes_GET_SIZE(host)) != NULL ? AF_INET6 : AF_INET;
        }
    }
    if (family == AF_UNIX && !is_text(address)) {
        PyErr_SetString(PyExc_TypeError, "inside a sandbox, an address is a tuple of str and int, or a str");
        return NULL;
    }
    return PyObject_CallFunction(socket_type, "ii", family, SOCK_DGRAM);
}

static PyObject *
send_datagram(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    const fa_authority *authority;
    PyObject *address = count > 1 ? args[1] : NULL; /* borrowed */
    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names); i++) {
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), "addr") == 0) {
            address = args[count + i];
        }
    }
    int found = address == NULL || address == Py_None ? 0 : fa_authority_get(&authority);
    if (found > 0) {
        PyObject *shown = socket_for(address); /* owned */
        found = shown == NULL ? -1 : PySys_Audit("socket.sendto", "OO", shown, address);
        Py_XDECREF(shown);
    }
    return found < 0 ? NULL : fa_interpose_call(&sendto_patch, self, args, count, names);
}

/* ---- Loop._monitor_fs(path, callback) ---- */

static PyObject *monitor(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(monitor, monitor);

static PyObject *
monitor(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    const fa_authority *authority;
    int found = fa_authority_get(&authority);
    if (found > 0 && (count != 2 || !PyUnicode_CheckExact(args[0]))) {
        PyErr_SetString(PyExc_TypeError, "inside a sandbox, what is watched is a str");
        return NULL;
    }
    if (found < 0 || (found > 0 && PySys_Audit("os.listdir", "O", args[0]) < 0)) {
        return NULL;
    }
    return fa_interpose_call(&monitor_patch, self, args, count, names);
}

/* ---- Loop.run_in_executor(executor, func, *args) ---- */

static PyObject *run_in_executor(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(run_in_executor, run_in_executor);

static PyObject *
run_in_executor(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    bool before = fa_pools_default_is_made;
    fa_pools_default_is_made = count > 0 && args[0] == Py_None;
    PyObject *result = fa_interpose_call(&run_in_executor_patch, self, args, count, names);
    fa_pools_default_is_made = before;
    return result;
}

/* ---- Loop.call_soon(callback, *args, context=None) and its kin ---- */

/* The callback is the argument number `at`. */
static PyObject *
call_carrying(const fa_patch *patch, Py_ssize_t at, PyObject *self, PyObject *const *args, Py_ssize_t count,
           PyObject *names)
{
    fa_interpreter *here = fa_state_here();
    PyObject *context = NULL; /* borrowed */
    Py_ssize_t named = names == NULL ? 0 : PyTuple_GET_SIZE(names);
    for (Py_ssize_t i = 0; i < named; i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        if (!PyUnicode_CheckExact(name)) {
            PyErr_SetString(PyExc_TypeError, "this takes keywords that are plain strings");
            return NULL;
        }
        context = fa_text_is(name, "context") ? args[count + i] : context;
    }
    PyObject *carrier = NULL; /* owned */
    int found = here == NULL || count <= at
                    ? 0
                    : fa_given_callback(here, args[at], args + at + 1, count - at - 1, context, &carrier);
    if (found <= 0) {
        return found < 0 ? NULL : fa_interpose_call(patch, self, args, count, names);
    }
    PyObject *result = fa_interpose_call_with(patch, self, args, count, names, at, carrier);
    Py_DECREF(carrier);
    return result;
}

#define CARRYING(NAME, AT) REPLACED(NAME, call_carrying(&NAME##_patch, AT, self, args, count, names))

CARRYING(call_soon, 0)
CARRYING(call_soon_threadsafe, 0)
CARRYING(call_later, 1)
CARRYING(call_at, 1)

/* ---- putting it in place ---- */

static const struct {
    fa_patch *patch;
    const char *type, *name;
    int method;          /* -1: judged here */
    const char *instead; /* the function's name in Python; NULL: the same */
} methods[] = {
    {&create_connection_patch, "Loop", "create_connection", CONNECT},
    {&create_unix_connection_patch, "Loop", "create_unix_connection", UNIX_CONNECT},
    {&create_datagram_endpoint_patch, "Loop", "create_datagram_endpoint", DATAGRAMS},
    {&create_server_patch, "Loop", "create_server", SERVE},
    {&getaddrinfo_patch, "Loop", "getaddrinfo", LOOK_UP},
    {&getnameinfo_patch, "Loop", "getnameinfo", NAME},
    {&subprocess_exec_patch, "Loop", "subprocess_exec", EXEC},
    {&subprocess_shell_patch, "Loop", "subprocess_shell", SHELL},
    {&subprocess_run_patch, "Loop", "_Loop__subprocess_run", PROGRAM, "subprocess_run"},
    {&call_soon_patch, "Loop", "call_soon", -1},
    {&call_soon_threadsafe_patch, "Loop", "call_soon_threadsafe", -1},
    {&call_later_patch, "Loop", "call_later", -1},
    {&call_at_patch, "Loop", "call_at", -1},
    {&sendto_patch, "UDPTransport", "sendto", -1},
    {&run_in_executor_patch, "Loop", "run_in_executor", -1},
    {&monitor_patch, "Loop", "_monitor_fs", -1},
};

static int
install_method(PyObject *module, PyObject *functions, size_t i)
{
    PyObject *type = PyObject_GetAttrString(module, methods[i].type); /* owned */
    if (type == NULL || !PyType_Check(type)) {
        Py_XDECREF(type);
        return -1;
    }
    int status = 0;
    if (methods[i].method >= 0 && instead[methods[i].method] == NULL) {
        const char *name = methods[i].instead != NULL ? methods[i].instead : methods[i].name;
        instead[methods[i].method] = PyObject_GetAttrString(functions, name);
        status = instead[methods[i].method] == NULL ? -1 : 0;
    }
    status = status < 0 ? -1 : fa_interpose_method(methods[i].patch, (PyTypeObject *)type, methods[i].name);
    Py_DECREF(type);
    return status;
}

int
fa_uvloop_install(PyObject *module)
{
    int status = 0;
    if (!PyObject_HasAttrString(module, "libuv_get_version")) {
        return 0; /* somebody else's module of that name */
    }
    PyObject *functions = PyImport_ImportModule("fastaudit._uvloop");                                /* owned */
    PyObject *sockets = functions == NULL ? NULL : PyImport_ImportModule("_socket");                 /* owned */
    if (socket_type == NULL && sockets != NULL) {
        socket_type = PyObject_GetAttrString(sockets, "socket");
    }
    status = socket_type == NULL || sockets == NULL ? -1 : 0;
    for (size_t i = 0; status == 0 && i < Py_ARRAY_LENGTH(methods); i++) {
        status = install_method(module, functions, i);
    }
    status = status < 0 ? -1 : fa_uvloop_settings_install(module);
    Py_XDECREF(sockets);
    Py_XDECREF(functions);
    return status;
}
