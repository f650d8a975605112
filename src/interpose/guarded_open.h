/* guarded_open.h: judges the name of a file and opens that very name, in one act of the kernel's. */
#ifndef FA_GUARDED_OPEN_H
#define FA_GUARDED_OPEN_H

#include "authority/authority.h"

/* Whether files that this authority opens are to be opened by fa_guarded_open(): if not, all are allowed, or
 * none, and the event decides. */
bool fa_guarded_open_judges(const fa_authority *authority);

/* Open `path` (a str or bytes; `text` is what it says, by fa_places_read()) beneath `dir_fd` (-1: the process's
 * directory), as open(2) with these flags and O_CLOEXEC. What is judged is what gets opened, whatever other threads and processes do to the names on the
 * way. Code that nothing governs opens as ever. The event `open` is the caller's to raise. Returns the
 * descriptor (a new reference to an int), or NULL with an exception set: a violation, or an OSError that shows
 * `path`. */
PyObject *fa_guarded_open(PyObject *path, fa_text text, int flags, int mode, int dir_fd);

#endif
