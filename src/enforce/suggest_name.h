/* suggest_name.h: the entries that would have allowed a module, a library or a variable. */
#ifndef FA_SUGGEST_NAME_H
#define FA_SUGGEST_NAME_H

#include "decide/check.h"
#include "support/buffer.h"

/* For an event of FA_SHAPE_NAME. */
void fa_suggest_name_write(fa_buffer *out, const fa_event *event, fa_verdict verdict);

#endif
