/* suggest_entry.h: one entry of a policy as Python source: keyword=["entry"]. */
#ifndef FA_SUGGEST_ENTRY_H
#define FA_SUGGEST_ENTRY_H

#include "classify/event.h"
#include "support/buffer.h"

/* Add keyword=["entry"], after a comma when it is not the first. */
void fa_suggest_entry_add(fa_buffer *out, const char *keyword, fa_text entry);

/* The same, unless the entry is no text that a policy takes: empty, not UTF-8, or with a NUL. */
void fa_suggest_entry_add_text(fa_buffer *out, const char *keyword, fa_text entry);

/* allow=["event"]: the way to grant what would undo the guard, or what takes no entry. Adds nothing when
 * a policy cannot name the event: a word without a dot must be a right or a known event. */
void fa_suggest_entry_add_event(fa_buffer *out, const fa_event *event);

#endif
