/* hub_arrivals.h: a list of links of gevent's, as code in a sandbox sees it: what it adds carries. */
#ifndef FA_HUB_ARRIVALS_H
#define FA_HUB_ARRIVALS_H

#include "support/compat.h"

/* A tuple (new reference) like `args`, with such an object in the place of each list. NULL with an exception set. */
PyObject *fa_hub_arrivals_in(PyObject *args);

/* Make the type. Idempotent. Returns 0, or -1 with an exception set. */
int fa_hub_arrivals_install(void);

#endif
