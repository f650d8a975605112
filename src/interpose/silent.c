/* silent.c: raises events for acts that have none: what the process is and may, signals, ports that nobody named, profiles. */
#include "interpose/silent.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "classify/operands.h"
#include "interpose/interpose.h"

/* One of the functions below: raise an event of its name, with the arguments, then call it. */
static PyObject *
announce(const fa_patch *patch, const char *event, PyObject *self, PyObject *const *args, Py_ssize_t count,
         PyObject *names)
{
    PyObject *given = PyTuple_New(count); /* owned */
    if (given == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTuple_SET_ITEM(given, i, Py_NewRef(args[i]));
    }
    int status = PySys_Audit(event, "O", given);
    Py_DECREF(given);
    return status < 0 ? NULL : fa_interpose_call(patch, self, args, count, names);
}

/* os.umask(mask, /): asking takes setting, so both need the right. */
static PyObject *set_mask(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(umask, set_mask);

static PyObject *
set_mask(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (PySys_Audit("os.umask", "O", count > 0 ? args[0] : Py_None) < 0) {
        return NULL;
    }
    return fa_interpose_call(&umask_patch, self, args, count, names);
}

#define ANNOUNCED(MODULE, NAME)                                                                    \
    static PyObject *announce_##NAME(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);       \
    FA_INTERPOSED(NAME, announce_##NAME);                                                          \
    static PyObject *announce_##NAME(PyObject *self, PyObject *const *args, Py_ssize_t count,      \
                                     PyObject *names)                                              \
    {                                                                                              \
        return announce(&NAME##_patch, MODULE "." #NAME, self, args, count, names);                \
    }

/* Each: the module that has it, the one that shows it and names the event, its name. */
#define FUNCTIONS(DO)                                                                              \
    DO("posix", "os", nice)                                                                        \
    DO("posix", "os", setpriority)                                                                 \
    DO("posix", "os", sched_setaffinity)                                                           \
    DO("posix", "os", sched_setparam)                                                              \
    DO("posix", "os", sched_setscheduler)                                                          \
    DO("posix", "os", chroot)                                                                      \
    DO("posix", "os", initgroups)                                                                  \
    DO("posix", "os", setegid)                                                                     \
    DO("posix", "os", seteuid)                                                                     \
    DO("posix", "os", setgid)                                                                      \
    DO("posix", "os", setgroups)                                                                   \
    DO("posix", "os", setns)                                                                       \
    DO("posix", "os", setregid)                                                                    \
    DO("posix", "os", setresgid)                                                                   \
    DO("posix", "os", setresuid)                                                                   \
    DO("posix", "os", setreuid)                                                                    \
    DO("posix", "os", setuid)                                                                      \
    DO("posix", "os", unshare)                                                                     \
    DO("_signal", "signal", pidfd_send_signal)                                                     \
    DO("_signal", "signal", raise_signal)                                                          \
    DO("sys", "sys", activate_stack_trampoline)                                                    \
    DO("sys", "sys", deactivate_stack_trampoline)                                                  \
    DO("time", "time", clock_settime)                                                              \
    DO("time", "time", clock_settime_ns)

#define DEFINE(MODULE, SHOWN, NAME) ANNOUNCED(SHOWN, NAME)
FUNCTIONS(DEFINE)

/* ---- sockets ---- */

/* Whether nobody need have said where the socket is to serve: it has no port, or serves every address. A connection that
 * failed leaves the port and takes the address away. Its class may say anything; the descriptor is asked of the type that
 * has `listen`. */
static bool
serves_everywhere(PyObject *self, int *port)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } bound = {.any = {.sa_family = AF_UNSPEC}};
    socklen_t size = sizeof(bound);
    PyTypeObject *type = fa_operands_socket_type(self); /* borrowed */
    PyObject *fileno = type == NULL ? NULL : PyObject_CallMethod((PyObject *)type, "fileno", "O", self); /* owned */
    int number = fileno == NULL ? -1 : (int)PyLong_AsLong(fileno);
    Py_XDECREF(fileno);
    PyErr_Clear();
    if (number < 0 || getsockname(number, &bound.any, &size) != 0) {
        return false; /* it cannot listen */
    }
    if (bound.any.sa_family == AF_INET) {
        *port = ntohs(bound.v4.sin_port);
        return *port == 0 || bound.v4.sin_addr.s_addr == htonl(INADDR_ANY);
    }
    *port = bound.any.sa_family == AF_INET6 ? ntohs(bound.v6.sin6_port) : 0;
    return bound.any.sa_family == AF_INET6 && (*port == 0 || IN6_IS_ADDR_UNSPECIFIED(&bound.v6.sin6_addr));
}

/* socket.listen(): of a socket that was bound to an address, that was judged then. */
static PyObject *listen_somewhere(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(listen, listen_somewhere);

static PyObject *
listen_somewhere(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    int port;
    if (serves_everywhere(self, &port) && PySys_Audit("socket.listen", "O(si)", self, "", port) < 0) {
        return NULL;
    }
    return fa_interpose_call(&listen_patch, self, args, count, names);
}

int
fa_silent_install(void)
{
#define ROW(MODULE, SHOWN, NAME) {&NAME##_patch, MODULE, NULL, #NAME},
    static const struct {
        fa_patch *patch;
        const char *module, *type, *name;
    } all[] = {
        {&umask_patch, "posix", NULL, "umask"},
        FUNCTIONS(ROW)
        {&listen_patch, "_socket", "socket", "listen"},
    };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (fa_interpose_named(all[i].patch, all[i].module, all[i].type, all[i].name) < 0) {
            return -1;
        }
    }
    return 0;
}
