/* redirect.h: a callable of C that a Python function's new code calls; shows nothing of itself. */
#ifndef FA_REDIRECT_H
#define FA_REDIRECT_H

#include "support/compat.h"

/* The type (new reference), one an interpreter; NULL with an exception set. */
PyTypeObject *fa_redirect_type(void);

/* A callable that calls `call`. NULL with an exception set. */
PyObject *fa_redirect_new(PyTypeObject *type, vectorcallfunc call);

#endif
