/* sqlite_uri.h: plain: a `file:` URI as SQLite reads it. */
#ifndef FA_SQLITE_URI_H
#define FA_SQLITE_URI_H

#include "support/plain.h"

typedef struct fa_sqlite_uri {
    size_t length;  /* bytes of the decoded path */
    bool memory;    /* no file at all: mode=memory */
    bool read_only; /* mode=ro, and nothing that could say otherwise */
    bool no_create; /* mode=ro or mode=rw */
} fa_sqlite_uri;

/* Read `uri`, which begins with "file:", and write its decoded path to `path`, which has room for
 * uri.length bytes. Where the options could be read in two ways, the one that asks for more is taken.
 * Returns false when SQLite would refuse it, or when the path has a NUL in it. */
bool fa_sqlite_uri_read(fa_text uri, char *path, fa_sqlite_uri *result);

#endif
