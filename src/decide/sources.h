/* sources.h: which files beneath a folder of sys.path belong to the running of Python. */
#ifndef FA_SOURCES_H
#define FA_SOURCES_H

#include "support/plain.h"

/* Whether `beneath`, a path relative to the folder, names a file of one of Python's own kinds: source,
 * byte-code, extension module, metadata. The folder itself (a zip archive, then) is empty and counts. */
bool fa_sources_has(fa_text beneath);

#endif
