/* listeners.c: other audit hooks are told of by the events of their adding, and by what CPython leaves out without any. */
#include "audit/listeners.h"

/* CPython makes an event's operands only where somebody listens. These cannot be made, so no hook sees the event, and the error
 * says that there is one. */
static bool
is_heard(void)
{
    int status = PySys_Audit("fastaudit.listeners", "O", (PyObject *)NULL);
    PyErr_Clear();
    return status < 0;
}

void
fa_listeners_look(void)
{
    /* The newest is the first of all: there is no other, which might have hooks of its own. */
    bool alone = PyInterpreterState_Head() == PyInterpreterState_Main();

    /* Without a GIL, one may be added between this and the adding of ours. */
    atomic_store(&fa_state_process.unheard, !FA_OBJECTS_MAY_CHANGE && alone && !is_heard());
}

void
fa_listeners_note(const char *name)
{
    if (strcmp(name, "sys.addaudithook") == 0) {
        atomic_store(&fa_state_process.unheard, false);
    }
}
