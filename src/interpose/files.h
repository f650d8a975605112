/* files.h: FileIO, and so open(), whose file the guard opens. */
#ifndef FA_FILES_H
#define FA_FILES_H

#include "support/state.h"

/* Interpose FileIO.__init__ in this interpreter. Returns 0, or -1 with an exception set. */
int fa_files_install(fa_interpreter *here);

/* Interpose FileIO.__init__ of `module`, an `_io`. Returns 0, or -1 with an exception set. */
int fa_files_install_in(PyObject *module);

#endif
