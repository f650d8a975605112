/* task_attributes.h: what code in a sandbox hangs on asyncio's futures and tasks is nothing that others call. */
#ifndef FA_TASK_ATTRIBUTES_H
#define FA_TASK_ATTRIBUTES_H

#include "support/state.h"

/* Interpose what sets attributes and names of these two types of _asyncio. Returns 0, or -1 with an exception set. */
int fa_task_attributes_install(PyTypeObject *future, PyTypeObject *task);

/* A name that a task is given, as a plain str where something is in force (new reference, NULL with an exception set). */
PyObject *fa_task_attributes_name(PyObject *name);

#endif
