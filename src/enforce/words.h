/* words.h: the one line that a refusal says. */
#ifndef FA_WORDS_H
#define FA_WORDS_H

#include "decide/check.h"
#include "enforce/journal.h"
#include "support/buffer.h"

/* Add the message of a record that is complete but for it: what was tried, which policy and rule
 * refused it, where in the user's code, and what would allow it. One line; long parts are shortened. */
void fa_words_write(fa_buffer *out, const fa_event *event, fa_verdict verdict,
                    const fa_record *record);

#endif
