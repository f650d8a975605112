/* keywords.h: the keyword arguments of a call, as nobody else can change them. */
#ifndef FA_KEYWORDS_H
#define FA_KEYWORDS_H

#include "support/compat.h"

/* A copy of `kwargs` (which may be NULL): some callers of a type, such as pickle, hand on a dict that others have as well, and
 * what is borrowed from it dies when reading another argument runs their code. Returns 0 with *own (owned, or NULL), or -1 with
 * an exception set. */
static inline int
fa_keywords_own(PyObject *kwargs, PyObject **own)
{
    *own = kwargs == NULL ? NULL : PyDict_Copy(kwargs);
    return kwargs != NULL && *own == NULL ? -1 : 0;
}

#endif
