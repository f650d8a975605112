/* location.h: where in the user's code the running Python code is. */
#ifndef FA_LOCATION_H
#define FA_LOCATION_H

#include "support/compat.h"

#include "enforce/journal.h"

/* Remember, once per process and in plain C, where the standard library and this package lie. Runs no
 * Python code. Returns 0, or -1 with an exception set. */
int fa_location_setup(PyObject *module);

/* The innermost frame outside the standard library and fastaudit; where all are inside, the innermost
 * that belongs to neither fastaudit nor the import system. Texts are malloc'ed, for the caller to own; all
 * zero when there is no such frame or no memory. Sets no exception, runs no Python code. */
void fa_location_find(fa_where *where);

/* Where a frame's code is, the same way. */
void fa_location_of_code(PyCodeObject *code, int line, fa_where *where);

#endif
