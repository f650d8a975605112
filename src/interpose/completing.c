/* completing.c: the callbacks of the futures that a thread is completing. */
#include "interpose/completing.h"

#include "authority/authority.h"
#include "authority/gate.h"
#include "interpose/future_layout.h"
#include "interpose/pools_known.h"
#include "interpose/slots.h"

/* A future that this thread is completing. Not on the C stack, which greenlets move about. */
struct fa_completing {
    fa_completing *outer;
    PyObject *future; /* borrowed from whoever completes it */
    PyObject *list;   /* owned: of (callback, context) */
};

static FA_THREAD_LOCAL fa_completing *innermost;

bool
fa_completing_is_wakeup(PyObject *callback)
{
    /* No method of a task is called so. */
    return callback != NULL && PyCFunction_CheckExact(callback) &&
           strcmp(((PyCFunctionObject *)callback)->m_ml->ml_name, "task_wakeup") == 0;
}

static getter original_future_list, original_task_list; /* written once, before ours can be called */
static fa_future_layout layout;                         /* likewise */

/* When the first callback was taken away, the original shows the very list of the future: whoever could add to it
 * would have anything called, in anybody's context. */
static PyObject *
copied(PyObject *list)
{
    if (list != NULL && PyList_CheckExact(list) && Py_REFCNT(list) > 1) {
        Py_SETREF(list, PyList_GetSlice(list, 0, PY_SSIZE_T_MAX));
    }
    return list;
}

/* Whether there is something in force that callbacks have to be told from. */
static bool
is_needed(void)
{
    fa_interpreter *here = fa_gate_is_open() ? fa_state_here() : NULL;
    if (here == NULL || original_future_list == NULL) {
        return false;
    }
    const void *entered = fa_authority_thread()->entered_held;
    if (entered != NULL && entered == PyThreadState_Get()->context) {
        return true; /* nothing need be collected for it; should that scope be over, a list is noted too many */
    }
    int inside = fa_authority_is_inside();
    if (inside < 0) {
        PyErr_Clear();
    }
    return inside > 0;
}

/* Without memory nothing is noted: then callbacks carry, which is the narrower side. */
fa_completing *
fa_completing_begin(PyObject *future)
{
    if (!is_needed()) {
        return NULL;
    }
    PyObject *list = copied(original_future_list(future, NULL)); /* owned */
    fa_completing *made = NULL;
    if (list != NULL && PyList_CheckExact(list)) {
        made = PyMem_Malloc(sizeof *made);
    }
    if (made == NULL) {
        if (list == NULL) {
            PyErr_Clear();
        }
        Py_XDECREF(list);
        return NULL;
    }
    *made = (fa_completing){innermost, future, list};
    innermost = made;
    return made;
}

/* ---- a task's step ---- */

/* Whether asyncio's own function stops the task's loop. Without a GIL a class may lose it while one looks: there it is taken for granted. */
static bool
stops_plainly(const fa_pools *pools, PyObject *task)
{
    PyObject *loop = fa_future_layout_read(task, layout.loop); /* borrowed */
    return FA_OBJECTS_MAY_CHANGE ||
           (loop != NULL && fa_known_is(&pools->loop_stop, _PyType_Lookup(Py_TYPE(loop), pools->stop_name)));
}

/* A wake-up is told by its task. What ends run_until_complete() does nothing but stop the loop, and may be held to what
 * its task is; unless the host's own class does more then. */
static bool
needs_no_list(const fa_pools *pools, PyObject *task, PyObject *callback)
{
    return fa_completing_is_wakeup(callback) ||
           (pools != NULL && fa_known_is(&pools->until_complete, callback) && stops_plainly(pools, task));
}

/* Whether whom a task will call when it ends is nobody, or one that needs no list. */
static bool
calls_nobody_else(const fa_pools *pools, PyObject *task)
{
    if (!fa_future_layout_is_known(&layout)) {
        return false;
    }
    bool nobody = false;
    Py_BEGIN_CRITICAL_SECTION(task);
    if (fa_future_layout_read(task, layout.list) == NULL) {
        PyObject *first = fa_future_layout_read(task, layout.first); /* borrowed */
        nobody = first == NULL || needs_no_list(pools, task, first);
    }
    Py_END_CRITICAL_SECTION();
    return nobody;
}

fa_completing *
fa_completing_begin_step(fa_interpreter *here, PyObject *task)
{
    /* Asked first: mostly there is none, and then nobody need know what is in force. */
    return calls_nobody_else(here->pools, task) ? NULL : fa_completing_begin(task);
}

void
fa_completing_end(fa_completing *made)
{
    fa_completing **at = &innermost;
    while (*at != NULL && *at != made) { /* greenlets that take turns end in any order */
        at = &(*at)->outer;
    }
    if (*at == made) {
        *at = made->outer;
    }
    PyObject *raised = PyErr_GetRaisedException();
    Py_DECREF(made->list);
    PyErr_SetRaisedException(raised);
    PyMem_Free(made);
}

bool
fa_completing_has(PyObject *future, PyObject *callback, PyObject *context)
{
    bool has = false;
    for (fa_completing *at = innermost; at != NULL && !has; at = at->outer) {
        for (Py_ssize_t i = 0; at->future == future && !has && i < PyList_GET_SIZE(at->list); i++) {
            PyObject *pair = PyList_GET_ITEM(at->list, i); /* borrowed: nobody else has this list */
            has = PyTuple_CheckExact(pair) && PyTuple_GET_SIZE(pair) == 2 &&
                  PyTuple_GET_ITEM(pair, 0) == callback && PyTuple_GET_ITEM(pair, 1) == context;
        }
    }
    return has;
}

/* ---- Future._callbacks ---- */

static PyObject *
get_future_list(PyObject *self, void *data)
{
    return copied(original_future_list(self, data));
}

static PyObject *
get_task_list(PyObject *self, void *data)
{
    return copied(original_task_list(self, data));
}

int
fa_completing_install(PyTypeObject *future, PyTypeObject *task)
{
    getter shown;
    if (!fa_future_layout_is_known(&layout) && PyType_IsSubtype(task, future)) {
        fa_future_layout_learn(&layout, future); /* as long as it is not known, each step makes a list */
    }
    if (fa_slots_attribute(future, "_callbacks", &original_future_list, NULL, get_future_list, NULL) < 0 ||
        fa_slots_attribute(task, "_callbacks", &shown, NULL, NULL, NULL) < 0) {
        return -1;
    }
    /* Where a task's is that of futures, it was exchanged with it. */
    return shown == get_future_list
               ? 0
               : fa_slots_attribute(task, "_callbacks", &original_task_list, NULL, get_task_list, NULL);
}
