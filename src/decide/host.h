/* host.h: a host's name as a program gives it to the one that rules compare. */
#ifndef FA_HOST_H
#define FA_HOST_H

#include "support/plain.h"

#define FA_HOST_BYTES 256 /* the longest name is 253 bytes; longer ones lead nowhere */

typedef struct fa_host {
    fa_text name;              /* as rules compare it; empty when no look-up can succeed with it */
    char encoded[FA_HOST_BYTES]; /* what `name` points into, when it was not ASCII */
    bool doubtful; /* look-ups may read it as another name: Unicode that is mapped (fullwidth letters, ß,
                    * capitals), escapes; no deny rule may be sure that it is not meant */
} fa_host;

/* Reduce a name, UTF-8 as Python has it: labels that are not ASCII to their form xn--…, without the
 * mapping that look-ups do first. So a name that equals a rule's is that host; one that would be
 * mapped equals none, and is doubtful. */
void fa_host_read(fa_text given, fa_host *host);

#endif
