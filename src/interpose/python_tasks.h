/* python_tasks.h: which context a task of asyncio's Python implementation runs in. */
#ifndef FA_PYTHON_TASKS_H
#define FA_PYTHON_TASKS_H

#include "interpose/pools_known.h"
#include "support/state.h"

/* Note what those tasks are made of, and the contexts of those that are there, as far as `module` (asyncio.tasks, which
 * the host imported) is such as we know. Leaves no exception. */
void fa_python_tasks_install(fa_pools *pools, PyObject *module);

/* A callback was found to be free to run in `context`. If it goes on with a task, and is the first of that task's, that
 * is the context of the task from now on. Sets no exception. */
void fa_python_tasks_meet(fa_interpreter *here, PyObject *callback, PyObject *context);

/* Whether `callback` wakes such a task. */
bool fa_python_tasks_is_wakeup(fa_interpreter *here, PyObject *callback);

/* Whether `callback` goes on with such a task in the task's own context. */
bool fa_python_tasks_goes_on(fa_interpreter *here, PyObject *callback, PyObject *context);

/* The same, and with these arguments that is all it does: it calls nothing that comes from whoever asks for it. */
bool fa_python_tasks_has(fa_interpreter *here, PyObject *callback, PyObject *const *args, Py_ssize_t count,
                         PyObject *context);

#endif
