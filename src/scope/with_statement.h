/* with_statement.h: which `with` statement an instruction belongs to, read from its code object. */
#ifndef FA_WITH_STATEMENT_H
#define FA_WITH_STATEMENT_H

#include "support/compat.h"

/* Whether the instruction at `offset` (bytes, caches included) calls or awaits the exit of a `with` or
 * `async with` statement, on the normal or on the exceptional path. 1, 0, or -1 with an exception. */
int fa_with_is_exit(PyCodeObject *code, int offset);

/* Whether the statement whose exit runs at `exit_offset` encloses the instruction at `inner_offset`.
 * 1, 0, or -1 with an exception set. Without debug ranges several statements on one line look alike. */
int fa_with_encloses(PyCodeObject *code, int exit_offset, int inner_offset);

#endif
