/* hook.h: the function CPython calls for every audit event. */
#ifndef FA_HOOK_H
#define FA_HOOK_H

#include "support/compat.h"

/* Judge one event. Returns 0, or -1 with an exception set: the operation stops. */
int fa_audit_hook(const char *name, PyObject *args, void *user_data);

#endif
