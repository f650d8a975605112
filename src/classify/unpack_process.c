/* unpack_process.c: signals, groups, limits, and requests to devices. */
#include "classify/unpack_families.h"

#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whether `pid` is a child that nobody has waited for. Looks, and leaves it to be waited for. */
static bool
is_own_child(int64_t pid)
{
    siginfo_t info;

    if (pid <= 0 || pid > INT32_MAX) {
        return false;
    }
    int saved = errno;
    int status;
    do {
        status = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
    } while (status < 0 && errno == EINTR);
    errno = saved;
    return status == 0;
}

/* Whether `pid` is this process, or a thread of it: kill(2) takes both. */
static bool
is_self(int64_t pid)
{
    char path[64];

    if (pid == (int64_t)getpid()) {
        return true;
    }
    if (pid <= 0) {
        return false;
    }
    int saved = errno;
    snprintf(path, sizeof(path), "/proc/self/task/%lld", (long long)pid);
    bool here = access(path, F_OK) == 0;
    errno = saved;
    return here;
}

/* (pid, signal); a group's number is given negative, as kill(2) takes it. */
static int
read_signal(fa_unpacked *unpacked, fa_unpacker unpacker, PyObject *args)
{
    fa_signal *sent = &unpacked->event.as.signal;
    int64_t pid, number;

    if (PyTuple_GET_SIZE(args) != 2 || !fa_operands_integer(PyTuple_GET_ITEM(args, 1), &number) ||
        number < INT32_MIN || number > INT32_MAX) {
        return 0;
    }
    if (unpacker == FA_UNPACK_PTHREAD_KILL) {
        /* The number is that of a thread of this process, in a form of the C library's own. */
        *sent = (fa_signal){.pid = (int64_t)getpid(), .number = (int32_t)number, .self = true};
        unpacked->event.shape = FA_SHAPE_SIGNAL;
        return 1;
    }
    if (!fa_operands_integer(PyTuple_GET_ITEM(args, 0), &pid) || pid < INT32_MIN || pid > INT32_MAX) {
        return 0;
    }
    if (unpacker == FA_UNPACK_KILLPG) {
        pid = -pid;
    }
    /* A group counts as a child when its leader is one: subprocess with start_new_session. */
    *sent = (fa_signal){.pid = pid, .number = (int32_t)number};
    sent->own_child = is_own_child(pid < -1 ? -pid : pid);
    sent->self = is_self(pid);
    unpacked->event.shape = FA_SHAPE_SIGNAL;
    return 1;
}

/* (pid, resource, limits or None): None only reads. */
static int
read_prlimit(fa_unpacked *unpacked, PyObject *args)
{
    if (PyTuple_GET_SIZE(args) != 3) {
        return 0;
    }
    return PyTuple_GET_ITEM(args, 2) == Py_None ? fa_unpack_narrow(unpacked) : 1;
}

/* (pid, group): a child that was started may be told apart from its starter, which then signals both. */
static int
read_setpgid(fa_unpacked *unpacked, PyObject *args)
{
    int64_t pid;

    if (PyTuple_GET_SIZE(args) != 2 || !fa_operands_integer(PyTuple_GET_ITEM(args, 0), &pid)) {
        return 0;
    }
    return is_own_child(pid) ? fa_unpack_narrow(unpacked) : 1;
}

/* (descriptor, request, argument): an open file is a capability, but typing into a terminal runs
 * commands in whatever reads it. */
static int
read_ioctl(fa_unpacked *unpacked, PyObject *args)
{
    int64_t request;

    if (PyTuple_GET_SIZE(args) != 3 || !fa_operands_integer(PyTuple_GET_ITEM(args, 1), &request)) {
        return 0;
    }
    request &= 0xFFFFFFFF;
#ifdef TIOCSTI
    if (request == (int64_t)(uint32_t)TIOCSTI) {
        return 1;
    }
#endif
#ifdef TIOCLINUX
    if (request == (int64_t)(uint32_t)TIOCLINUX) {
        return 1;
    }
#endif
    return fa_unpack_narrow(unpacked);
}

int
fa_unpack_process_read(fa_unpacked *unpacked, fa_unpacker unpacker, PyObject *args)
{
    if (unpacker == FA_UNPACK_PRLIMIT) {
        return read_prlimit(unpacked, args);
    }
    if (unpacker == FA_UNPACK_SETPGID) {
        return read_setpgid(unpacked, args);
    }
    if (unpacker == FA_UNPACK_IOCTL) {
        return read_ioctl(unpacked, args);
    }
    return read_signal(unpacked, unpacker, args);
}
