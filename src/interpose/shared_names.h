/* shared_names.h: the files that names of shared memory and of semaphores stand for. */
#ifndef FA_SHARED_NAMES_H
#define FA_SHARED_NAMES_H

#include "support/compat.h"

typedef enum fa_shared_kind { FA_SHARED_MEMORY, FA_SHARED_SEMAPHORE } fa_shared_kind;

/* The path (new reference to bytes) of the file that the C library makes, opens or deletes for `name` (a str). NULL with
 * an exception set: an OSError that shows `name`, for one that stands for no file. */
PyObject *fa_shared_names_path(PyObject *name, fa_shared_kind kind);

/* Delete what `name` stands for, by rights of the file. Returns 1; 0 when it is left to the built-in, and allowed; -1 with an
 * exception set. */
int fa_shared_names_delete(PyObject *name, fa_shared_kind kind);

#endif
