/* listeners.c: other audit hooks are told of by the events of their adding, and by what CPython leaves out without any. */
#include "audit/listeners.h"

atomic_bool fa_listeners_known;

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
    PyInterpreterState *first = PyInterpreterState_Head();
    bool others = first == NULL || PyInterpreterState_Next(first) != NULL; /* they may have hooks of their own */

    atomic_store(&fa_listeners_known, others || is_heard());
}

void
fa_listeners_note(const char *name)
{
    if (strcmp(name, "sys.addaudithook") == 0) {
        atomic_store(&fa_listeners_known, true);
    }
}
