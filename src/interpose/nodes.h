/* nodes.h: pipes with names, device nodes and what else os.mknod makes raise an event, and are made where it was judged. */
#ifndef FA_NODES_H
#define FA_NODES_H

#include "support/compat.h"

/* Interpose os.mkfifo and os.mknod. Idempotent. Returns 0, or -1 with an exception set. */
int fa_nodes_install(void);

#endif
