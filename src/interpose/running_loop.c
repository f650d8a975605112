/* running_loop.c: which loop a thread is said to run is not for guests to say of their host's. */
#include "interpose/running_loop.h"

#include <pthread.h>

#include "authority/authority.h"
#include "interpose/interpose.h"
#include "support/reserve.h"

/* What a decorated coroutine yields is looked at before the loop that runs is given it (scope/waiter.c), so which loop
 * runs has to be true. Inside, a loop may be started where none runs, and be taken away by the very call that started it.
 * (What that is held to may have changed while the loop ran: a generator of its own was closed there.) */

static atomic_bool is_forked; /* this process was, and asyncio has not let go of its parent's loop */

/* In a child: a loop that this thread is known not to run is none to let go of. */
static void
note_fork(void)
{
    atomic_store(&is_forked, fa_authority_thread()->loop.loop != Py_None);
}

static fa_loop_start
start_of(const void *loop, fa_frame *frame)
{
    return (fa_loop_start){
        .loop = loop,
        .frame = frame,
        .code = frame == NULL ? NULL : fa_frames_code(frame),
        .caller = frame == NULL ? NULL : fa_frames_direct_caller(frame),
    };
}

/* Whether `asks` is who set the loop. From 3.13 on asyncio's run_forever() has others do both, which it calls itself:
 * nothing else is called by its own bytecode, finalisers and handlers of signals neither. */
static bool
is_starter(const fa_loop_start *start, const fa_loop_start *asks)
{
    return asks->loop == start->loop
        && ((asks->frame != NULL && asks->frame == start->frame && asks->code == start->code)
            || (asks->caller != NULL && asks->caller == start->caller));
}

static PyObject *set_running(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(set_running, set_running);

static PyObject *
set_running(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    fa_interpreter *here = fa_state_here();
    fa_thread *thread = fa_authority_thread();
    if (here == NULL || here->running_loop == NULL || count != 1) {
        return fa_interpose_call(&set_running_patch, self, args, count, names);
    }
    int inside = fa_authority_is_inside();
    if (inside < 0 && fa_reserve_open(here)) { /* a loop that ends has to say so, or no other can run */
        inside = fa_authority_is_inside();
    }
    PyObject *now = inside < 0 ? NULL : PyObject_CallNoArgs(here->running_loop); /* owned */
    if (now == NULL) {
        return NULL;
    }
    fa_frame *frame = fa_frames_innermost();
    fa_loop_start asks = start_of(now, frame);
    bool in_a_child = here->pools != NULL && fa_known_runs(&here->pools->on_fork, frame) && atomic_exchange(&is_forked, false);
    PyObject *result = NULL;
    if (inside > 0 && now != Py_None && now != args[0] && !in_a_child && !is_starter(&thread->loop, &asks)) {
        PyErr_SetString((PyObject *)here->scope_error,
                        "code in a sandbox cannot exchange the event loop that its host runs in this thread");
    }
    else {
        result = fa_interpose_call(&set_running_patch, self, args, count, names);
    }
    if (result != NULL && now != args[0]) {
        thread->loop = asks;
        thread->loop.loop = args[0];
    }
    Py_DECREF(now);
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
        fa_known_forgive(&pools->lacked); /* half imported, or another asyncio than we know */
    }
}
