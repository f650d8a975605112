/* inits.h: replaces the tp_init of a type, and looks into what an initialiser is given. */
#ifndef FA_INITS_H
#define FA_INITS_H

#include "support/compat.h"

/* fa_slots_replace() for tp_init. */
int fa_inits_replace(PyTypeObject *type, initproc ours, initproc *original);

/* An initialiser's arguments with the path object among them converted once: `*converted` is a new tuple, or
 * NULL when there is nothing to convert, and `*given` the object that was converted (a new reference: its
 * methods may take it out of the arguments). The path is the first argument, or the one called `keyword`, in
 * which case `*names` is a new dict without it. Returns 0, or -1 with an exception set; then, and when there is
 * nothing to convert, all are NULL. */
int fa_inits_convert_path(PyObject *args, PyObject *kwargs, const char *keyword, PyObject **converted,
                          PyObject **names, PyObject **given);

/* What is given by these names (the last is NULL): borrowed, or NULL. False: a keyword is no plain str, so that looking it up
 * would run Python code, and another look-up might find something else. */
bool fa_inits_find(PyObject *kwargs, const char *const names[], PyObject *found[]);

#endif
