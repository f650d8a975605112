/* redirect.h: a callable of C that a Python function's new code calls; shows nothing of itself. */
#ifndef FA_REDIRECT_H
#define FA_REDIRECT_H

#include "support/compat.h"

/* The type (new reference), one an interpreter; NULL with an exception set. */
PyTypeObject *fa_redirect_type(void);

/* A callable that calls `call`. NULL with an exception set. */
PyObject *fa_redirect_new(PyTypeObject *type, vectorcallfunc call);

/* Make the Python function `holder.name` call `call` from now on. *original gets a function that does what it did
 * (owned); where there is one already, nothing is done. Returns 0, or -1 with an exception set. */
int fa_redirect(PyTypeObject *type, PyObject *holder, const char *name, vectorcallfunc call, PyObject **original);

/* What redirected functions do with what they were called with: call the original with `instead` (borrowed) in the place
 * of args[at]. */
PyObject *fa_redirect_call_with(PyObject *original, PyObject *const *args, size_t flags, PyObject *names, Py_ssize_t at,
                                PyObject *instead);

#endif
