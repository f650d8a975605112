/* databases.h: SQLite's connections, and the files that its statements open. */
#ifndef FA_DATABASES_H
#define FA_DATABASES_H

#include "support/compat.h"

/* Interpose what the module `_sqlite3` has just brought. Returns 0, or -1 with an exception set. */
int fa_databases_install(PyObject *module);

#endif
