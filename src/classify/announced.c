/* announced.c: what an event names, and the guard or an opener opens. */
#include "classify/announced.h"

#include <fcntl.h>

static FA_THREAD_LOCAL fa_announced current;
static FA_THREAD_LOCAL PyInterpreterState *interpreter; /* which announced it: others have objects of its kind, too */

fa_announced
fa_announced_put(fa_announced announced)
{
    fa_announced before = current;
    current = announced;
    interpreter = PyInterpreterState_Get();
    return before;
}

bool
fa_announced_take(PyObject *path, PyObject *mode, int64_t flags)
{
    if (current.path == NULL || path != current.path || current.by_flags != (mode == Py_None)) {
        return false;
    }
    if ((!current.by_flags && (flags & O_CLOEXEC) == 0) || interpreter != PyInterpreterState_Get()) {
        return false; /* what opens by fopen(3) sends no flags */
    }
    current.path = NULL;
    return true;
}
