/* uvloop_settings.h: what uvloop's loops ask on occasion is plain, and who runs their jobs is for whoever made them to say. */
#ifndef FA_UVLOOP_SETTINGS_H
#define FA_UVLOOP_SETTINGS_H

#include "support/compat.h"

/* `module` is uvloop's extension. Returns 0, or -1 with an exception set. */
int fa_uvloop_settings_install(PyObject *module);

#endif
