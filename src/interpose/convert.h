/* convert.h: operands of built-ins that start programs, converted once to objects that cannot change. */
#ifndef FA_CONVERT_H
#define FA_CONVERT_H

#include "support/compat.h"

/* What the event shows has to be what the system call gets. These give new references to exact built-in
 * objects with the same meaning, or NULL with the exception that the built-in itself would raise. */

/* Whether it is a str, bytes or a path object. */
bool fa_convert_is_path(PyObject *object);

/* A path: str and bytes as they are, path objects by their one answer, numbers of descriptors as they are. */
PyObject *fa_convert_path(PyObject *object);

/* A tuple of bytes from a list or tuple of what PyUnicode_FSConverter takes. */
PyObject *fa_convert_strings(PyObject *list);

/* A dict of bytes from a mapping; None is None. */
PyObject *fa_convert_env(PyObject *mapping);

/* An int, by its one answer to __index__. */
PyObject *fa_convert_integer(PyObject *object);

#endif
