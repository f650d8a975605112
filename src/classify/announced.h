/* announced.h: events `open` that name what is opened by somebody else, or not at all. */
#ifndef FA_ANNOUNCED_H
#define FA_ANNOUNCED_H

#include "support/compat.h"

/* The object that FileIO names in its event in this thread, although it leaves the opening to an opener; NULL
 * for none. Borrowed: whoever puts it holds it, and puts back what was there before, which is returned. */
PyObject *fa_announced_put(PyObject *path);

/* Whether an `open` with these operands is that event. */
bool fa_announced_has(PyObject *path, PyObject *mode, int64_t flags);

#endif
