/* unpack_network.c: addresses of sockets, and look-ups of names. */
#include "classify/unpack_families.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "support/ip.h"

#ifndef SOCK_NONBLOCK
#define SOCK_NONBLOCK 0
#define SOCK_CLOEXEC 0
#endif

/* A field of the socket's own struct, which the type describes. */
static int
read_field(PyObject *object, const char *name, int *value)
{
    PyTypeObject *type = fa_operands_socket_type(object);
    PyMemberDef *member = type == NULL ? NULL : type->tp_members;

    for (; member != NULL && member->name != NULL; member++) {
        if (strcmp(member->name, name) == 0 && member->type == T_INT) {
            memcpy(value, (const char *)object + member->offset, sizeof(*value));
            return 1;
        }
    }
    return 0;
}

/* A text that may also be a bytearray, as addresses may; copied then. */
static int
read_buffer(fa_unpacked *unpacked, PyObject *object, fa_text *text)
{
    if (PyByteArray_CheckExact(object) && !FA_OBJECTS_MAY_CHANGE) {
        *text = (fa_text){PyByteArray_AS_STRING(object), (size_t)PyByteArray_GET_SIZE(object)};
        return fa_operands_copy(unpacked, text);
    }
    return fa_operands_text(unpacked, object, text);
}

/* A host as CPython and the C library read it: "" is any address, <broadcast> is one, numbers in every
 * spelling are what they mean, the rest is a name. */
static int
read_host(fa_unpacked *unpacked, PyObject *object, bool v6)
{
    fa_address *address = &unpacked->event.as.address;
    fa_text host;

    /* CPython encodes what is not plain text by a codec, which asks the object, and which a guest can exchange. */
    if (PyUnicode_Check(object) && !PyUnicode_CheckExact(object)) {
        return 0;
    }
    int found = read_buffer(unpacked, object, &host);
    if (found != 1) {
        return found;
    }
    if (host.length > 0 && memchr(host.bytes, '\0', host.length) != NULL) {
        return 0;
    }
    if (host.length == 0) {
        host = v6 ? FA_TEXT("::") : FA_TEXT("0.0.0.0");
    }
    else if (fa_text_equal(host, FA_TEXT("<broadcast>"))) {
        host = FA_TEXT("255.255.255.255");
    }
    if (fa_ip_read(host, address->ip) == FA_IP_NONE) {
        address->host = host;
    }
    else {
        address->any = fa_ip_is_any(address->ip);
    }
    return 1;
}

/* (host, port), for IPv6 with up to two more. */
static int
read_internet(fa_unpacked *unpacked, PyObject *address, bool v6)
{
    int64_t port;

    if (!PyTuple_Check(address) || PyTuple_GET_SIZE(address) < 2 || PyTuple_GET_SIZE(address) > 4 ||
        !fa_operands_integer(PyTuple_GET_ITEM(address, 1), &port) || port < 0 || port > 65535) {
        return 0;
    }
    PyObject *host = PyTuple_GET_ITEM(address, 0); /* borrowed */
    if (PyUnicode_Check(host) && !(fa_compat_str_is_ready(host) && PyUnicode_IS_ASCII(host))) {
        return 0; /* as for read_host(); look-ups, which get bytes, are for such names */
    }
    unpacked->event.as.address.family = FA_FAMILY_INET;
    unpacked->event.as.address.port = (int32_t)port;
    return read_host(unpacked, PyTuple_GET_ITEM(address, 0), v6);
}

/* A unix socket's path: canonical when it names a file. Binding makes the last name, connecting follows it. */
static void
resolve_unix(fa_unpacked *unpacked, fa_text path, fa_follow follow)
{
    fa_address *address = &unpacked->event.as.address;
    fa_resolved *resolved = &unpacked->resolved[0];

    address->family = FA_FAMILY_UNIX;
    address->error = fa_resolve(path, -1, follow, resolved);
    if (address->error == 0) {
        address->path = (fa_text){resolved->path, resolved->length};
    }
}

static int
read_unix(fa_unpacked *unpacked, PyObject *object, fa_follow follow)
{
    fa_address *address = &unpacked->event.as.address;
    fa_text path;

    int found = read_buffer(unpacked, object, &path);
    if (found != 1) {
        return found;
    }
    if (path.length == 0 || path.bytes[0] == '\0') { /* empty: the kernel chooses an abstract name */
        address->family = FA_FAMILY_ABSTRACT;
        address->path = path.length == 0 ? path : (fa_text){path.bytes + 1, path.length - 1};
        return 1;
    }
    /* The kernel reads up to the first NUL. */
    const char *end = memchr(path.bytes, '\0', path.length);
    resolve_unix(unpacked, (fa_text){path.bytes, end == NULL ? path.length : (size_t)(end - path.bytes)}, follow);
    return 1;
}

/* (self, address) */
static int
read_address(fa_unpacked *unpacked, PyObject *args)
{
    fa_address *address = &unpacked->event.as.address;
    int family, type;

    if (PyTuple_GET_SIZE(args) != 2 || !read_field(PyTuple_GET_ITEM(args, 0), "family", &family) ||
        !read_field(PyTuple_GET_ITEM(args, 0), "type", &type)) {
        return 0;
    }
    PyObject *given = PyTuple_GET_ITEM(args, 1); /* borrowed */
    type &= ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    address->stream = type == SOCK_STREAM;
    if (given == Py_None) {
        address->family = FA_FAMILY_NONE;
        return 1;
    }
    if ((family == AF_INET || family == AF_INET6) && type != SOCK_RAW) {
        return read_internet(unpacked, given, family == AF_INET6);
    }
    if (family == AF_UNIX) {
        bool binds = unpacked->event.id == FA_EVENT_SOCKET_BIND;
        return read_unix(unpacked, given, binds ? FA_NO_FOLLOW : FA_FOLLOW);
    }
    address->family = FA_FAMILY_OTHER;
    return 1;
}

/* (self, family, type, protocol): self is not initialised yet. */
static int
read_new_socket(fa_unpacked *unpacked, PyObject *args)
{
    fa_address *address = &unpacked->event.as.address;
    int64_t family, type;

    if (PyTuple_GET_SIZE(args) != 4 || !fa_operands_integer(PyTuple_GET_ITEM(args, 1), &family) ||
        !fa_operands_integer(PyTuple_GET_ITEM(args, 2), &type)) {
        return 0;
    }
    if ((family == -1 && type == -1) || family == AF_UNIX) {
        /* -1: an open descriptor (or the default, whose use is judged). AF_UNIX: socketpair, and what is
         * reached by such a socket is judged by its address. */
        return fa_unpack_narrow(unpacked);
    }
    family = family == -1 ? AF_INET : family; /* what it becomes, unless a descriptor says otherwise */
    type &= ~(int64_t)(SOCK_NONBLOCK | SOCK_CLOEXEC);
    bool internet = (family == AF_INET || family == AF_INET6) && (type == SOCK_STREAM || type == SOCK_DGRAM || type == -1);
    address->family = internet ? FA_FAMILY_INET : FA_FAMILY_OTHER;
    address->stream = type != SOCK_DGRAM;
    return 1;
}

/* A port as a look-up takes it: a number, a number as text, or a service's name (not known here). */
static int32_t
read_port(PyObject *object)
{
    int64_t port = -1;

    if (fa_operands_integer(object, &port) && port >= 0 && port <= 65535) {
        return (int32_t)port;
    }
    const unsigned char *digits = NULL;
    Py_ssize_t length = 0;
    if (PyBytes_Check(object)) {
        digits = (const unsigned char *)PyBytes_AS_STRING(object);
        length = PyBytes_GET_SIZE(object);
    }
    else if (PyUnicode_Check(object) && fa_compat_str_is_ready(object) && PyUnicode_IS_ASCII(object)) {
        digits = PyUnicode_DATA(object);
        length = PyUnicode_GET_LENGTH(object);
    }
    if (length == 0 || length > 5) {
        return -1;
    }
    port = 0;
    for (Py_ssize_t i = 0; i < length; i++) {
        if (digits[i] < '0' || digits[i] > '9') {
            return -1;
        }
        port = port * 10 + (digits[i] - '0');
    }
    return port <= 65535 ? (int32_t)port : -1;
}

/* (host, port, family, type, protocol), or (host) alone. Where nothing is looked up, nothing is asked. */
static int
read_look_up(fa_unpacked *unpacked, fa_unpacker unpacker, PyObject *args)
{
    fa_address *address = &unpacked->event.as.address;
    bool whole = unpacker == FA_UNPACK_GETADDRINFO;
    int64_t type = 0;

    if (PyTuple_GET_SIZE(args) != (whole ? 5 : 1)) {
        return 0;
    }
    PyObject *host = PyTuple_GET_ITEM(args, 0); /* borrowed */
    address->family = FA_FAMILY_INET;
    if (whole) {
        if (!fa_operands_integer(PyTuple_GET_ITEM(args, 3), &type)) {
            return 0;
        }
        address->port = read_port(PyTuple_GET_ITEM(args, 1));
    }
    address->stream = type != SOCK_DGRAM;
    if (host == Py_None && whole) {
        return fa_unpack_narrow(unpacked);
    }
    int found = read_host(unpacked, host, false);
    if (found == 1 && address->host.length == 0 && unpacker != FA_UNPACK_REVERSE) {
        return fa_unpack_narrow(unpacked);
    }
    return found;
}

int
fa_unpack_network_read(fa_unpacked *unpacked, fa_unpacker unpacker, PyObject *args)
{
    unpacked->event.as.address = (fa_address){.port = -1, .stream = true};
    unpacked->event.shape = FA_SHAPE_ADDRESS;
    if (unpacker == FA_UNPACK_SOCKET) {
        return read_new_socket(unpacked, args);
    }
    if (unpacker == FA_UNPACK_GETNAMEINFO) { /* (sockaddr) */
        return PyTuple_GET_SIZE(args) == 1 ? read_internet(unpacked, PyTuple_GET_ITEM(args, 0), false) : 0;
    }
    if (unpacker == FA_UNPACK_SYSLOG) { /* what the C library sends to, without an event */
        unpacked->event.as.address.stream = false;
        resolve_unix(unpacked, FA_TEXT("/dev/log"), FA_FOLLOW);
        return 1;
    }
    if (unpacker == FA_UNPACK_ADDRESS) {
        return read_address(unpacked, args);
    }
    return read_look_up(unpacked, unpacker, args);
}
