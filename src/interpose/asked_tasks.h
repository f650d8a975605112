/* asked_tasks.h: what a task calls of what it holds, it calls under what its own context carries. */
#ifndef FA_ASKED_TASKS_H
#define FA_ASKED_TASKS_H

#include "support/state.h"

/* Interpose cancel(), repr() and the finaliser of asyncio's tasks in C, and repr() of its futures. Returns 0, or -1 with an exception
 * set. */
int fa_asked_tasks_install(PyTypeObject *future, PyTypeObject *task);

/* Call a method of a task or handle of asyncio's in Python under what its `context` carries (NULL: nothing). A new reference, or NULL with an exception
 * set. */
PyObject *fa_asked_tasks_call(fa_interpreter *here, PyObject *context, PyObject *method, PyObject *const *args,
                              size_t flags, PyObject *names);

#endif
