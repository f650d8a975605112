/* files.h: the built-ins that open files in ways their events do not show. */
#ifndef FA_FILES_H
#define FA_FILES_H

#include "support/compat.h"

/* Interpose os.open and FileIO in this interpreter. Returns 0, or -1 with an exception set. */
int fa_files_install(void);

/* An initialiser's arguments with the path object among them converted once, and made an absolute name
 * when `absolute`: `*converted` is a new tuple, or NULL when there is nothing to convert, and `*given`
 * the object that was converted (a new reference: its methods may take it out of the arguments). The path
 * is the first argument, or the one called `keyword`, in which case `*names` is a new dict without it.
 * Returns 0, or -1 with an exception set; then, and when there is nothing to convert, all are NULL. */
int fa_files_convert_path(PyObject *args, PyObject *kwargs, const char *keyword, bool absolute,
                          PyObject **converted, PyObject **names, PyObject **given);

#endif
