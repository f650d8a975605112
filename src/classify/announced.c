/* announced.c: what an event names, and the guard or an opener opens. */
#include "classify/announced.h"

#include <fcntl.h>

static FA_THREAD_LOCAL fa_announced current;

fa_announced
fa_announced_put(fa_announced announced)
{
    fa_announced before = current;
    current = announced;
    return before;
}

bool
fa_announced_has(PyObject *path, PyObject *mode, int64_t flags)
{
    if (current.path == NULL || path != current.path || current.by_flags != (mode == Py_None)) {
        return false;
    }
    return current.by_flags || (flags & O_CLOEXEC) != 0; /* what opens by fopen(3) sends no flags */
}
