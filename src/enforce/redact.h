/* redact.h: what looks like a secret leaves a command line before anybody reads it. */
#ifndef FA_REDACT_H
#define FA_REDACT_H

#include "support/buffer.h"

/* Add one argument of a command, with what looks like a secret in it replaced by `[redacted]`:
 * credentials in URLs, the values of options and variables named like a secret, tokens by their
 * form, long strings of chance. `before` is the argument in front of it (empty for none), since
 * `--password x` are two. Returns whether anything was replaced. */
bool fa_redact_argument(fa_buffer *out, fa_text before, fa_text argument);

#endif
