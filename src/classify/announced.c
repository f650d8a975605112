/* announced.c: what FileIO names, and an opener opens. */
#include "classify/announced.h"

#include <fcntl.h>

static FA_THREAD_LOCAL PyObject *announced; /* borrowed */

PyObject *
fa_announced_put(PyObject *path)
{
    PyObject *before = announced;
    announced = path;
    return before;
}

bool
fa_announced_has(PyObject *path, PyObject *mode, int64_t flags)
{
    /* os.open sends no mode, and what opens by fopen(3) no flags. */
    return announced != NULL && path == announced && mode != Py_None && (flags & O_CLOEXEC) != 0;
}
