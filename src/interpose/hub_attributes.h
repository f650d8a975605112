/* hub_attributes.h: what gevent's watchers and callbacks hold is theirs to change by whoever is not in a sandbox. */
#ifndef FA_HUB_ATTRIBUTES_H
#define FA_HUB_ATTRIBUTES_H

#include "support/compat.h"

/* Interpose the attributes of watchers and callbacks of gevent's loop. Returns 0, or -1 with an exception set. */
int fa_hub_attributes_install(PyObject *module);

#endif
