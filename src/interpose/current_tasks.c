/* current_tasks.c: which tasks there are, and which of them runs, is for asyncio to say. */
#include "interpose/current_tasks.h"

#include "authority/authority.h"
#include "interpose/interpose.h"
#include "interpose/known.h"

/* Tasks in C say it to each other in C. The functions of the same names are there for tasks in Python: with them a guest could
 * say that anything is a task, and whoever steps the next one, or asks for all of them, would ask it. */

static PyObject *
refuse(const fa_interpreter *here, const char *what)
{
    PyErr_Format(here->scope_error, "code in a sandbox cannot say %s: that is for asyncio's own tasks", what);
    return NULL;
}

/* ---- which task runs ---- */

/* Whether a step of a task in Python asks. */
static bool
is_step(const fa_interpreter *here)
{
    fa_frame *frame = fa_frames_innermost();
    return here->pools != NULL && (fa_known_runs(&here->pools->task_known[0], frame)
                                   || fa_known_runs(&here->pools->task_eager, frame));
}

static PyObject *
set_current(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    fa_interpreter *here = fa_state_here();
    int inside = here == NULL || is_step(here) ? 0 : fa_authority_is_inside();
    return inside < 0    ? NULL
         : inside > 0    ? refuse(here, "which task runs")
                         : fa_interpose_call(patch, self, args, count, names);
}

/* ---- which tasks there are ---- */

static bool
is_task(const fa_interpreter *here, PyObject *object)
{
    return (here->task_type != NULL && PyObject_TypeCheck(object, here->task_type))
        || (here->pools != NULL && here->pools->python_task != NULL
            && PyObject_TypeCheck(object, here->pools->python_task));
}

static PyObject *
set_known(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    fa_interpreter *here = fa_state_here();
    bool one = count + (names == NULL ? 0 : PyTuple_GET_SIZE(names)) == 1; /* else the original says what is wrong */
    int inside = here == NULL || !one || is_task(here, args[0]) ? 0 : fa_authority_is_inside();
    return inside < 0    ? NULL
         : inside > 0    ? refuse(here, "which tasks there are")
                         : fa_interpose_call(patch, self, args, count, names);
}

/* ---- putting it in place ---- */

#define HELD(NAME, WHAT)                                                                                               \
    static PyObject *NAME##_here(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);                              \
    FA_INTERPOSED(NAME, NAME##_here);                                                                                 \
    static PyObject *NAME##_here(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)            \
    {                                                                                                                 \
        return WHAT(&NAME##_patch, self, args, count, names);                                                         \
    }

HELD(enter, set_current)
HELD(leave, set_current)
HELD(swap, set_current)
HELD(add, set_known)
HELD(add_eager, set_known)
HELD(take, set_known)
HELD(take_eager, set_known)

int
fa_current_tasks_install(void)
{
    static const struct {
        fa_patch *patch;
        const char *name;
    } functions[] = {
        {&enter_patch, "_enter_task"},
        {&leave_patch, "_leave_task"},
        {&swap_patch, "_swap_current_task"},
        {&add_patch, "_register_task"},
        {&add_eager_patch, "_register_eager_task"},
        {&take_patch, "_unregister_task"},
        {&take_eager_patch, "_unregister_eager_task"},
    };
    int status = 0;
    for (size_t i = 0; status == 0 && i < Py_ARRAY_LENGTH(functions); i++) {
        status = fa_interpose_named(functions[i].patch, "_asyncio", NULL, functions[i].name) < 0 ? -1 : 0;
    }
    return status;
}
