/* suggest.h: the smallest change of a policy that would have allowed a refused event. */
#ifndef FA_SUGGEST_H
#define FA_SUGGEST_H

#include "decide/check.h"
#include "support/buffer.h"

/* Add the keyword arguments of a policy that would allow the event, as Python source that can be
 * pasted: read=["/etc/motd"]. For a refusal by a deny rule: which one to remove, in words. Nothing when
 * no change would help. */
void fa_suggest_write(fa_buffer *out, const fa_event *event, fa_verdict verdict);

#endif
