/* running_loop.c: which loop a thread is said to run is not for guests to say of their host's. */
#include "interpose/running_loop.h"

#include <pthread.h>

#include "authority/authority.h"
#include "interpose/interpose.h"
#include "support/reserve.h"

/* What a decorated coroutine yields is looked at before the loop that runs is given it (scope/waiter.c), so which loop
 * runs has to be true. Inside, a loop may be started where none runs, and be taken away by who started it. */

static atomic_bool is_forked; /* this process was, and asyncio has not let go of its parent's loop */

static void
note_fork(void)
{
    atomic_store(&is_forked, true);
}

static PyObject *set_running(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(set_running, set_running);

static PyObject *
set_running(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    const fa_authority *authority;
    fa_interpreter *here = fa_state_here();
    fa_thread *thread = fa_authority_thread();
    int found = here == NULL || here->running_loop == NULL || count != 1 ? 0 : fa_authority_get(&authority);
    if (found < 0 && fa_reserve_open(here)) { /* a loop that ends has to say so, or no other can run */
        found = fa_authority_get(&authority);
    }
    if (found <= 0 || authority->box_count == 0) {
        return found < 0 ? NULL : fa_interpose_call(&set_running_patch, self, args, count, names);
    }
    uint32_t boxes = authority->box_count;
    const void *innermost = authority->boxes[0];
    PyObject *now = PyObject_CallNoArgs(here->running_loop); /* owned */
    bool started_here = now != NULL && now == thread->loop && boxes == thread->loop_boxes
        && innermost == thread->loop_box;
    bool in_a_child = here->pools != NULL && fa_known_runs(&here->pools->on_fork, fa_frames_innermost())
        && atomic_exchange(&is_forked, false);
    PyObject *result = NULL;
    if (now != NULL && now != Py_None && now != args[0] && !started_here && !in_a_child) {
        PyErr_SetString((PyObject *)here->scope_error,
                        "code in a sandbox cannot exchange the event loop that its host runs in this thread");
    }
    else if (now != NULL) {
        result = fa_interpose_call(&set_running_patch, self, args, count, names);
    }
    if (result != NULL && now != args[0]) {
        thread->loop = args[0];
        thread->loop_boxes = boxes;
        thread->loop_box = innermost;
    }
    Py_XDECREF(now);
    return result;
}

int
fa_running_loop_install(void)
{
    static atomic_bool watched;
    if (!atomic_exchange(&watched, true) && pthread_atfork(NULL, NULL, note_fork) != 0) {
        atomic_store(&watched, false);
        PyErr_NoMemory();
        return -1;
    }
    return fa_interpose_named(&set_running_patch, "_asyncio", NULL, "_set_running_loop") < 0 ? -1 : 0;
}

void
fa_running_loop_note(fa_pools *pools, PyObject *events)
{
    if (fa_known_note(&pools->on_fork, events, "on_fork") < 0) {
        PyErr_Clear(); /* half imported, or another asyncio than we know */
    }
}
