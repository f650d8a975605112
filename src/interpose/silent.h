/* silent.h: acts of which CPython says nothing raise an event of ours. */
#ifndef FA_SILENT_H
#define FA_SILENT_H

#include "support/compat.h"

/* Interpose os.umask, os.setuid, signal.raise_signal, socket.listen and their like. Idempotent. Returns 0, or -1 with an
 * exception set. */
int fa_silent_install(void);

#endif
