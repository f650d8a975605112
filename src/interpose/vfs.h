/* vfs.h: plain: stands between SQLite and the files it opens as databases. */
#ifndef FA_VFS_H
#define FA_VFS_H

#include "support/plain.h"

/* What SQLite is about to open: an absolute path, by its own reading of names and URIs. Returns whether
 * it may. Called by whatever thread opens it, maybe with SQLite's locks held. */
typedef bool (*fa_vfs_judge)(const char *path, bool read_only, bool creates);

/* Ask `judge` before any file is opened as a database (journals and temporary files follow from the
 * database they serve) by the SQLite library that `code`, an address within a loaded library, calls.
 * Reaches connections that are open already. Idempotent. Returns false when that library hides its
 * functions, so that nothing could be put in place. */
bool fa_vfs_install(const void *code, fa_vfs_judge judge);

#endif
