/* box_type.h: the Python type over a box: what a scope shows of itself. */
#ifndef FA_BOX_TYPE_H
#define FA_BOX_TYPE_H

#include "authority/scope.h"

/* The type Box, current() and install(), into the module. Returns 0, or -1 with an exception set. */
int fa_box_type_exec(fa_interpreter *here, PyObject *module);

#endif
