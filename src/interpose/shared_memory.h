/* shared_memory.h: shared memory and semaphores with names are judged as the files that they are. */
#ifndef FA_SHARED_MEMORY_H
#define FA_SHARED_MEMORY_H

#include "support/compat.h"

/* Interpose a module `_posixshmem`. Idempotent. Returns 0, or -1 with an exception set. */
int fa_shared_memory_install(PyObject *module);

/* The same for a module `_multiprocessing`. */
int fa_semaphores_install(PyObject *module);

/* The same for one that was made, and not executed yet. */
int fa_semaphores_begin(PyObject *module);

/* Whether it is a semaphore's name as multiprocessing makes them, or loky: whoever may use what it names was told. Such a file holds
 * a number, and nothing else. */
bool fa_semaphores_is_its_own(PyObject *name);

#endif
