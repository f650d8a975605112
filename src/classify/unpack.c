/* unpack.c: the argument tuple of an event to plain operands: which family reads it. */
#include "classify/unpack_families.h"

int
fa_unpack_narrow(fa_unpacked *unpacked)
{
    unpacked->event.right = FA_RIGHT_NONE;
    unpacked->event.shape = FA_SHAPE_NONE;
    return 1;
}

static int
read_operands(fa_unpacked *unpacked, PyObject *args)
{
    fa_unpacker unpacker = (fa_unpacker)fa_event_rows[unpacked->event.id].unpacker;

    switch (unpacker) {
    case FA_UNPACK_NONE:
    case FA_UNPACK_COUNT:
        return 1;
    case FA_UNPACK_CHDIR:
    case FA_UNPACK_CHMOD:
    case FA_UNPACK_CHOWN:
    case FA_UNPACK_LINK:
    case FA_UNPACK_LIST:
    case FA_UNPACK_METADATA:
    case FA_UNPACK_MKDIR:
    case FA_UNPACK_READ:
    case FA_UNPACK_REMOVE:
    case FA_UNPACK_RENAME:
    case FA_UNPACK_SYMLINK:
    case FA_UNPACK_TRUNCATE:
    case FA_UNPACK_UTIME:
        return fa_unpack_files_read(unpacked, unpacker, args);
    case FA_UNPACK_OPEN:
        return fa_unpack_open_read(unpacked, args);
    case FA_UNPACK_SQLITE:
        return fa_unpack_database_read(unpacked, args);
    case FA_UNPACK_ADDRESS:
    case FA_UNPACK_GETADDRINFO:
    case FA_UNPACK_GETNAMEINFO:
    case FA_UNPACK_HOSTNAME:
    case FA_UNPACK_REVERSE:
    case FA_UNPACK_SOCKET:
    case FA_UNPACK_SYSLOG:
        return fa_unpack_network_read(unpacked, unpacker, args);
    case FA_UNPACK_ARGUMENTS:
    case FA_UNPACK_EXEC:
    case FA_UNPACK_FORK_EXEC:
    case FA_UNPACK_POPEN:
    case FA_UNPACK_POSIX_SPAWN:
    case FA_UNPACK_SPAWN:
    case FA_UNPACK_SYSTEM:
        return fa_unpack_commands_read(unpacked, unpacker, args);
    case FA_UNPACK_IOCTL:
    case FA_UNPACK_KILL:
    case FA_UNPACK_KILLPG:
    case FA_UNPACK_PRLIMIT:
    case FA_UNPACK_PTHREAD_KILL:
    case FA_UNPACK_SETPGID:
        return fa_unpack_process_read(unpacked, unpacker, args);
    case FA_UNPACK_ATTRIBUTE:
    case FA_UNPACK_CALLBACK:
    case FA_UNPACK_DLOPEN:
    case FA_UNPACK_ENABLE:
    case FA_UNPACK_ENV:
    case FA_UNPACK_IMPORT:
    case FA_UNPACK_LOAD_EXTENSION:
        return fa_unpack_names_read(unpacked, unpacker, args);
    }
    return 0;
}

int
fa_unpack(fa_unpacked *unpacked, uint16_t id, bool operands, const char *name, PyObject *args)
{
    unpacked->event.name = name;
    unpacked->event.id = id;
    unpacked->event.right = fa_event_rows[id].right;
    unpacked->event.shape = FA_SHAPE_NONE;
    unpacked->chunks = NULL;
    if (!operands) {
        return 0;
    }
    int found = PyTuple_Check(args) ? read_operands(unpacked, args) : 0;
    if (found == 0) {
        unpacked->event.right = fa_event_rows[id].right;
        unpacked->event.shape = FA_SHAPE_BROKEN;
    }
    return found < 0 ? -1 : 0;
}
