/* processes.h: the built-ins that start programs. */
#ifndef FA_PROCESSES_H
#define FA_PROCESSES_H

#include "support/compat.h"

/* Interpose _posixsubprocess.fork_exec, os.execv and os.execve in this interpreter. Returns 0, or -1 with
 * an exception set. */
int fa_processes_install(void);

/* Raise _posixsubprocess.fork_exec for files that are about to be tried in turn, with the folder that the
 * child changes to (None: it stays). Returns 0, or -1 with the exception of whoever refused it. */
int fa_processes_announce(PyObject *files, PyObject *argv, PyObject *env, PyObject *folder);

#endif
