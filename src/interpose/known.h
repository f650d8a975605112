/* known.h: functions of libraries, known by their code and globals. */
#ifndef FA_KNOWN_H
#define FA_KNOWN_H

#include "authority/frames.h"

#include <stdatomic.h>

/* A function of a library as it was when the host imported it: code of that identity, in frames with those
 * globals, is that function. Both owned; NULL when this interpreter has no such thing. */
typedef struct fa_known {
    _Atomic(PyObject *) code; /* written last */
    _Atomic(PyObject *) globals;
} fa_known;

/* Note `holder.name`, a plain function or a class method. Returns 0, or -1 with an exception set. */
int fa_known_note(fa_known *known, PyObject *holder, const char *name);

/* A module that has been imported (new reference), or NULL: without an exception, unless there was no memory. */
PyObject *fa_known_module(const char *name);

/* By a str, which is hashed only once: needs no memory. */
PyObject *fa_known_imported(PyObject *name);

/* Take an attribute of a module, unless *taken (owned) is there already. Returns 0, or -1 with an exception set. */
int fa_known_take(PyObject *module, const char *name, PyObject **taken);

/* Something of a library is not there, or not as we know it: half imported, or another one. Clears the exception, unless that is that
 * there was no memory: of which *lacked tells from then on. */
void fa_known_forgive(bool *lacked);

/* Whether `function` (NULL: none) is it, unchanged. */
bool fa_known_is(const fa_known *known, PyObject *function);

/* Whether `frame` runs it: that code, with the globals it had at the host's. */
bool fa_known_runs(const fa_known *known, fa_frame *frame);

void fa_known_clear(fa_known *known);

#endif
