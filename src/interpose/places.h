/* places.h: names of files that mean one place, whatever happens between judging and acting. */
#ifndef FA_PLACES_H
#define FA_PLACES_H

#include "support/compat.h"
#include "support/plain.h"

/* Read a dir_fd as the built-ins do. Returns 1, 0 when the process's directory is meant (*dir_fd is -1
 * then), -1 with an exception set. */
int fa_places_read_dir_fd(PyObject *object, int *dir_fd);

/* The bytes of a path (a str or bytes), without a NUL: in itself, or in *encoded (owned; or NULL). Returns 0, or
 * -1 with an exception set. */
int fa_places_read(PyObject *path, PyObject **encoded, fa_text *text);

/* `path` (a str or bytes) as an absolute name without "..", beneath `dir_fd` or, with -1, the process's
 * directory: an object of the same kind, or `path` itself when it is one already. A new reference, or
 * NULL with an exception set. */
PyObject *fa_places_fix(PyObject *path, int dir_fd);

/* Whether a path is one that means the same place as it is: fa_places_fix() would return it. False also
 * when that takes a longer look. */
bool fa_places_is_fixed(PyObject *path);

/* Let the OSError that is set show `given` where it shows `ours`. */
void fa_places_show_given(PyObject *ours, PyObject *given);

/* The index of an argument of a vectorcall: `position`, or that of the one called `name`; -1: not given.
 * A negative position is none. */
Py_ssize_t fa_places_find(Py_ssize_t count, PyObject *names, Py_ssize_t position, const char *name);

#endif
