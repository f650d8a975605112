/* given.h: contexts that are given away, and callbacks with them, carry what is in force. */
#ifndef FA_GIVEN_H
#define FA_GIVEN_H

#include "support/state.h"

/* A context that is given away, to run something later: itself if it carries what is in force here and goes on doing
 * so, else a copy of it that does. What is no context is itself. A new reference, or NULL with an exception set. */
PyObject *fa_given_carry(fa_interpreter *here, PyObject *context);

/* A copy of `context` that carries what is in force here. A new reference, or NULL with an exception set. */
PyObject *fa_given_copy(fa_interpreter *here, PyObject *context);

/* What a loop is given to call later, in `context` (NULL or None: a copy of this one, made by the loop), with these
 * arguments. 1 and in *carrier (new reference) what is to be called instead; 0: as it is; -1 with an exception set. */
int fa_given_callback(fa_interpreter *here, PyObject *callback, PyObject *const *args, Py_ssize_t count,
                      PyObject *context, PyObject **carrier);

#endif
