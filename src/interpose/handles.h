/* handles.h: callbacks that an event loop written in Python is given carry what is in force. */
#ifndef FA_HANDLES_H
#define FA_HANDLES_H

#include "support/compat.h"

/* Have asyncio's handles made by us, if it has been imported: call_soon(), call_later() and their kin keep callbacks
 * and contexts in them. Returns 0, or -1 with an exception set. */
int fa_handles_install(void);

#endif
