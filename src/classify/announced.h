/* announced.h: events `open` that name what the guard or an opener opens, or nobody. */
#ifndef FA_ANNOUNCED_H
#define FA_ANNOUNCED_H

#include "support/compat.h"

/* A path that an event of this thread is about to name, although what it names is judged elsewhere. */
typedef struct fa_announced {
    PyObject *path; /* borrowed; only compared with; NULL for none */
    bool by_flags;  /* as os.open shows it, without a mode; else as FileIO does */
} fa_announced;

/* Announce one, or none. Whoever does it holds the path, and puts back what was there before, which is returned.
 * What lets another event `open` come announces anew: until then code of a guest may run. */
fa_announced fa_announced_put(fa_announced announced);

/* Whether an `open` with these operands is that event, which comes once. */
bool fa_announced_take(PyObject *path, PyObject *mode, int64_t flags);

#endif
