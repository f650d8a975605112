/* python_futures.h: callbacks of futures of asyncio's Python implementation carry what is in force. */
#ifndef FA_PYTHON_FUTURES_H
#define FA_PYTHON_FUTURES_H

#include "interpose/pools_known.h"

/* Put it in place, as far as `module` (asyncio.futures, which the host imported) is such as we know. Leaves no
 * exception. */
void fa_python_futures_install(fa_pools *pools, PyObject *module);

#endif
