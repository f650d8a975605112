/* announced.c: what an event shows, and the guard or an opener does. */
#include "classify/announced.h"

#include <fcntl.h>

const char fa_announced_event[] = "open";

static FA_THREAD_LOCAL PyObject *current;
static FA_THREAD_LOCAL PyInterpreterState *interpreter; /* which announced it: others have objects of its kind, too */

PyObject *
fa_announced_put(PyObject *path)
{
    PyObject *before = current;
    current = path;
    interpreter = PyInterpreterState_Get();
    return before;
}

bool
fa_announced_take(PyObject *path, PyObject *mode, int64_t flags)
{
    if (current == NULL || path != current || mode == Py_None) { /* os.open shows no mode */
        return false;
    }
    if ((flags & O_CLOEXEC) == 0 || interpreter != PyInterpreterState_Get()) {
        return false; /* what opens by fopen(3) sends no flags */
    }
    current = NULL;
    return true;
}

static FA_THREAD_LOCAL PyObject *act; /* borrowed; of no other interpreter, for it is a tuple that lives */

PyObject *
fa_announced_put_act(PyObject *operands)
{
    PyObject *before = act;
    act = operands;
    return before;
}

bool
fa_announced_take_act(PyObject *operands)
{
    if (act == NULL || act != operands) {
        return false;
    }
    act = NULL;
    return true;
}
