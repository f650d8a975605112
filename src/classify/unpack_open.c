/* unpack_open.c: what opening a file asks for, by its mode or by its flags. */
#include "classify/announced.h"
#include "classify/open_how.h"
#include "classify/unpack_families.h"

#include <fcntl.h>

/* By the mode of open() or fopen(), and the flags that came with it (0 from fopen). */
static int
read_mode(PyObject *mode, int64_t flags, fa_open_how *how)
{
    *how = (fa_open_how){.follows = !(flags & O_NOFOLLOW)};
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

static int
read_opening(fa_unpacked *unpacked, PyObject *path, const fa_open_how *how)
{
    int found = fa_unpack_files_operand(unpacked, 0, path, true, -1, fa_open_how_follows(how), 0);
    if (found == 1) {
        fa_open_how_ask(how, &unpacked->resolved[0], &unpacked->event);
    }
    return found;
}

/* (path, mode or None, flags). There is no dir_fd: fastaudit gives os.open an absolute path in its place. */
int
fa_unpack_open_read(fa_unpacked *unpacked, PyObject *args)
{
    fa_open_how how;
    int64_t flags;

    if (PyTuple_GET_SIZE(args) != 3 || !fa_operands_integer(PyTuple_GET_ITEM(args, 2), &flags)) {
        return 0;
    }
    PyObject *mode = PyTuple_GET_ITEM(args, 1); /* borrowed */
    if (fa_announced_take(PyTuple_GET_ITEM(args, 0), mode, flags)) {
        return fa_unpack_narrow(unpacked); /* whatever its opener opens has events of its own */
    }
    if (mode == Py_None) {
        how = fa_open_how_read(flags);
    }
    else if (!read_mode(mode, flags, &how)) {
        return 0;
    }
    return read_opening(unpacked, PyTuple_GET_ITEM(args, 0), &how);
}
