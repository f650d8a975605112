/* uvloop.h: inside, uvloop is given sockets that Python made, and starts no program itself. */
#ifndef FA_UVLOOP_H
#define FA_UVLOOP_H

#include "support/compat.h"

/* `module` is uvloop's extension, which has been executed; another one of that name is left alone. Returns 0, or -1
 * with an exception set. */
int fa_uvloop_install(PyObject *module);

#endif
