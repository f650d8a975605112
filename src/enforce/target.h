/* target.h: what an event was about, as text: a path, an address, a command line, a name, a process. */
#ifndef FA_TARGET_H
#define FA_TARGET_H

#include "decide/check.h"
#include "support/buffer.h"

/* Add the target of a refused event; nothing when the event shows none. Secrets in command lines are
 * redacted, and variables are shown without their values. */
void fa_target_write(fa_buffer *out, const fa_event *event, fa_verdict verdict);

/* An address in the grammar of policies: host:port, [v6]:port, unix:/path, unix:@name; without a port
 * where none is known. Adds nothing for sockets of other families. */
void fa_target_address(fa_buffer *out, const fa_address *address);

/* The place that a verdict is about, or NULL: when the event has none, or it has no path. */
const fa_place *fa_target_place(const fa_event *event, fa_verdict verdict);

#endif
