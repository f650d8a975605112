/* thrown.h: what a throw() is given, made an exception by its giver. */
#ifndef FA_THROWN_H
#define FA_THROWN_H

#include "support/compat.h"

/* What an exception shows of the code that it passed through. Both owned, or NULL. */
typedef struct fa_thrown_state {
    PyObject *trace, *context;
} fa_thrown_state;

/* What it shows now. */
fa_thrown_state fa_thrown_keep(PyObject *error);

/* Have it show that again (which is stolen), unless it is what is raised now. Cannot fail. */
void fa_thrown_forget(PyObject *error, fa_thrown_state before);

/* The exception that the arguments of throw() mean (new reference): a class is called here, by its giver and before the
 * body's authority begins. NULL with an exception set. */
PyObject *fa_thrown(PyObject *args);

/* The same for an adapter's body, to which no object of the caller's goes: a new exception of that class, if it is built
 * in or `cancelled` (which may be NULL), with its arguments if they are plain values; else a RuntimeError. */
PyObject *fa_thrown_plain(PyObject *args, PyObject *cancelled);

/* The same of an exception that is made already. */
PyObject *fa_thrown_anew(PyObject *given, PyObject *cancelled);

#endif
