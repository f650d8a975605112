/* completions.h: what asyncio's C code hands to a loop when something that was waited for is done. */
#ifndef FA_COMPLETIONS_H
#define FA_COMPLETIONS_H

#include "support/state.h"

/* Whether `callback`, to be called in `context` with these arguments, is a step of a task in the task's own context,
 * or stood so in the list of a future that is being completed. Whoever completes it, what waits has an authority of
 * its own. */
bool fa_completions_has(fa_interpreter *here, PyObject *callback, PyObject *const *args, Py_ssize_t count,
                        PyObject *context);

/* Whether `callback` is the wake-up of a task of asyncio's in C, and `context` is the one that the task runs in. */
bool fa_completions_wakes(fa_interpreter *here, PyObject *callback, PyObject *context);

/* The context that a task of asyncio's in C runs in (new reference), or NULL without an exception: none yet. */
PyObject *fa_completions_context(fa_interpreter *here, PyObject *task);

/* Interpose what completes futures, in the module _asyncio. Returns 0, or -1 with an exception set. */
int fa_completions_install(fa_interpreter *here, PyObject *module);

#endif
