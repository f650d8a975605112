/* announced.h: events `open` that name what the guard or an opener opens, or nobody. */
#ifndef FA_ANNOUNCED_H
#define FA_ANNOUNCED_H

#include "support/compat.h"

/* A path that an event of this thread is about to name, although what it names is judged elsewhere. */
typedef struct fa_announced {
    PyObject *path; /* borrowed; NULL for none */
    bool by_flags;  /* as os.open shows it, without a mode; else as FileIO does */
} fa_announced;

/* Announce one. Whoever does it holds the path, and puts back what was there before, which is returned. */
fa_announced fa_announced_put(fa_announced announced);

/* Whether an `open` with these operands is that event. */
bool fa_announced_has(PyObject *path, PyObject *mode, int64_t flags);

#endif
