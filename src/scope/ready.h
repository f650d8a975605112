/* ready.h: the awaitable that is done at once. */
#ifndef FA_READY_H
#define FA_READY_H

#include "support/state.h"

/* The type, into `here`. Returns 0, or -1 with an exception set. */
int fa_ready_exec(fa_interpreter *here, PyObject *module);

/* An awaitable that gives `result` (stolen; NULL: passes the exception on). */
PyObject *fa_ready_new(fa_interpreter *here, PyObject *result);

#endif
