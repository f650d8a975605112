/* unpack_open.c: what opening a file asks for, by its mode or by its flags. */
#include "classify/announced.h"
#include "classify/unpack_families.h"

#include <errno.h>
#include <fcntl.h>

/* Flags that not every system has: no bit, so never set. */
#ifndef O_TMPFILE
#define O_TMPFILE 0
#endif
#ifndef O_PATH
#define O_PATH 0
#endif

/* How a file is opened, whoever opens it. */
typedef struct opening {
    bool reads;
    bool writes;
    bool creates;   /* makes the file when it is missing */
    bool exclusive; /* … and fails when it is there */
    bool follows;   /* a symbolic link as the last name */
    bool nameless;  /* O_TMPFILE: a file without a name in the directory that is given */
    bool names;     /* asks for names only: a directory, or nothing but the place (O_PATH) */
} opening;

/* By the flags of open(2). */
static opening
read_flags(int64_t flags)
{
    opening how = {.follows = !(flags & O_NOFOLLOW)};
    int access = (int)(flags & O_ACCMODE);

    if (O_PATH != 0 && (flags & O_PATH)) {
        /* Opens nothing: a handle that stands for the place, for what os.stat shows in any case, and for
         * dir_fd, which is judged where it is used. All other flags are ignored by the kernel. */
        how.reads = how.names = true;
        return how;
    }
    how.reads = access != O_WRONLY;
    how.writes = access != O_RDONLY || (flags & (O_TRUNC | O_APPEND));
    if (O_TMPFILE != 0 && (flags & O_TMPFILE) == O_TMPFILE) {
        how.nameless = true;
        return how;
    }
    how.names = (flags & O_DIRECTORY) != 0;
    how.creates = (flags & O_CREAT) != 0;
    how.exclusive = how.creates && (flags & O_EXCL);
    if (how.exclusive) {
        how.follows = false;
    }
    return how;
}

/* By the mode of open() or fopen(), and the flags that came with it (0 from fopen). */
static int
read_mode(PyObject *mode, int64_t flags, opening *how)
{
    *how = (opening){.follows = !(flags & O_NOFOLLOW)};
    if (!PyUnicode_Check(mode) || !fa_compat_str_is_ready(mode)) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(mode); i++) {
        switch (PyUnicode_READ_CHAR(mode, i)) {
        case 'r':
            how->reads = true;
            break;
        case 'x':
            how->exclusive = true;
            how->follows = false;
            how->writes = how->creates = true;
            break;
        case 'w':
        case 'a':
            how->writes = how->creates = true;
            break;
        case '+':
            how->reads = how->writes = true;
            break;
        default: /* b, t, and what C libraries add */
            break;
        }
    }
    int access = (int)(flags & O_ACCMODE);
    how->reads |= access == O_RDWR;
    how->writes |= access != O_RDONLY || (flags & (O_CREAT | O_TRUNC | O_APPEND));
    how->creates |= (flags & O_CREAT) != 0;
    return how->reads || how->writes;
}

/* What is asked of a place that was resolved. */
static fa_rights
rights_of(const opening *how, const fa_place *place)
{
    fa_rights asks = how->reads ? FA_BIT(FA_READ) : 0;

    if (!how->writes && !how->creates) {
        return asks;
    }
    if (how->exclusive || (how->creates && !place->exists)) {
        return asks | FA_BIT(FA_CREATE);
    }
    return how->writes ? asks | FA_BIT(FA_MODIFY) : asks;
}

/* A file without a name: judged as one that is made in the directory. */
static void
name_nameless(fa_unpacked *unpacked, fa_rights reads)
{
    static const char name[] = "/.nameless";
    fa_resolved *resolved = &unpacked->resolved[0];
    fa_place *place = &unpacked->event.as.files.place[0];

    place->asks = reads | FA_BIT(FA_CREATE) | FA_BIT(FA_MODIFY);
    place->exists = place->directory = false;
    if (place->error != 0 || place->descriptor) {
        return;
    }
    size_t length = resolved->length == 1 ? 0 : resolved->length; /* of "/" only the name's own slash */
    if (length + sizeof(name) > FA_PATH_BYTES) {
        place->error = ENAMETOOLONG;
        return;
    }
    memcpy(resolved->path + length, name, sizeof(name));
    resolved->length = length + sizeof(name) - 1;
    place->path = (fa_text){resolved->path, resolved->length};
}

static int
read_opening(fa_unpacked *unpacked, PyObject *path, const opening *how)
{
    fa_files *files = &unpacked->event.as.files;
    fa_place *place = &files->place[0];

    files->act = FA_ACT_PLAIN;
    files->count = 1;
    unpacked->event.shape = FA_SHAPE_FILES;
    fa_follow follow = how->follows ? FA_FOLLOW : FA_NO_FOLLOW;
    if (!how->creates || how->exclusive) {
        follow |= FA_LOOSELY; /* the rights asked for are the same whether it exists or not */
    }
    int found = fa_unpack_files_operand(unpacked, 0, path, true, -1, follow, 0);
    if (found != 1) {
        return found;
    }
    if (how->nameless) {
        name_nameless(unpacked, how->reads ? FA_BIT(FA_READ) : 0);
        unpacked->event.right = FA_CREATE;
        return 1;
    }
    place->asks = rights_of(how, place);
    if (place->directory && how->writes && !how->exclusive) {
        /* Opening a directory for writing fails, unless by then a guest has put a file in its place. */
        place->asks |= how->creates ? FA_BIT(FA_CREATE) : 0;
    }
    place->listing = how->names; /* then the kernel opens nothing else, whatever has taken its place */
    unpacked->event.right = place->asks & FA_BIT(FA_CREATE)   ? FA_CREATE
                            : place->asks & FA_BIT(FA_MODIFY) ? FA_MODIFY
                                                              : FA_READ;
    return 1;
}

/* (path, mode or None, flags). There is no dir_fd: fastaudit gives os.open an absolute path in its place. */
int
fa_unpack_open_read(fa_unpacked *unpacked, PyObject *args)
{
    opening how;
    int64_t flags;

    if (PyTuple_GET_SIZE(args) != 3 || !fa_operands_integer(PyTuple_GET_ITEM(args, 2), &flags)) {
        return 0;
    }
    PyObject *mode = PyTuple_GET_ITEM(args, 1); /* borrowed */
    if (mode == Py_None) {
        how = read_flags(flags);
    }
    else if (!read_mode(mode, flags, &how)) {
        return 0;
    }
    if (fa_announced_has(PyTuple_GET_ITEM(args, 0), mode, flags)) {
        return fa_unpack_narrow(unpacked); /* whatever its opener opens has events of its own */
    }
    return read_opening(unpacked, PyTuple_GET_ITEM(args, 0), &how);
}
