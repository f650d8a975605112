/* lookups.h: what a look-up of a name gave, remembered for the scopes that asked. */
#ifndef FA_LOOKUPS_H
#define FA_LOOKUPS_H

#include "support/state.h"

/* Interpose socket.getaddrinfo. Returns 0, or -1 with an exception set. */
int fa_lookups_install(fa_interpreter *here);

#endif
