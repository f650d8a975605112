/* function_copy.h: a Python function of one's own, which nobody else can change. */
#ifndef FA_FUNCTION_COPY_H
#define FA_FUNCTION_COPY_H

#include "support/compat.h"

/* A function with the code, defaults, globals and closure that `function` (a Python function) has now. What the
 * attributes of the original are set to later changes nothing in it. NULL with an exception set. */
PyObject *fa_function_copy(PyObject *function);

/* The same, in the place of *kept (owned, or NULL): which is given again where another copy would differ in nothing. Nobody else
 * may get hold of it. */
PyObject *fa_function_copy_kept(PyObject *function, PyObject **kept);

#endif
