/* suggest_command.h: the rule that would have allowed a command. */
#ifndef FA_SUGGEST_COMMAND_H
#define FA_SUGGEST_COMMAND_H

#include "classify/event.h"
#include "support/buffer.h"

/* Add a rule of `run` that matches exactly this command; what looks like a secret becomes a wildcard.
 * For a relative path, which no rule allows, what to do instead, in words. Adds nothing when no rule can
 * name the command. */
void fa_suggest_command_write(fa_buffer *out, const fa_command *command);

/* Add the names of the child's environment that would steer it. */
void fa_suggest_command_write_env(fa_buffer *out, const fa_command *command);

#endif
