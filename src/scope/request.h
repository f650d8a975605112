/* request.h: what an application is told of a request, and what it may say to the server. */
#ifndef FA_REQUEST_H
#define FA_REQUEST_H

#include "support/compat.h"

#include <stdatomic.h>

/* Whether this message, a plain copy, may be sent; *begun becomes the type of one that begins an answer. Returns 0, or -1
 * with an exception set. */
int fa_request_check(PyObject *message, _Atomic(const char *) *begun);

/* Put copy_scope() into a module. Returns 0, or -1 with an exception set. */
int fa_request_add_functions(PyObject *module);

#endif
