/* hub_callback.h: what gevent's hub is given to call inside, with the authority it came with. */
#ifndef FA_HUB_CALLBACK_H
#define FA_HUB_CALLBACK_H

#include "support/state.h"

/* What is to be given to a hub instead of `callable` (new reference): itself where nothing is in force. Its likeness in all that
 * gevent does with a callback: it equals what equals the callable, and has a `__self__` that something can be thrown into. What
 * it raises is told to the hub under what it carries. NULL with an exception set. */
PyObject *fa_hub_callback_here(fa_interpreter *here, PyObject *callable);

/* Make the type. Idempotent. Returns 0, or -1 with an exception set. */
int fa_hub_callback_install(void);

#endif
