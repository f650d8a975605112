/* gevent_hub.h: what gevent's hub is given to call carries what is in force where it is given. */
#ifndef FA_GEVENT_HUB_H
#define FA_GEVENT_HUB_H

#include "support/compat.h"

/* Interpose gevent's extension modules, each of which has been executed: its loop and watchers, its objects that others wait
 * for, its greenlets; and learn which types are its waiters and hubs. Each returns 0, or -1 with an exception set. */
int fa_gevent_hub_install_loop(PyObject *module);
int fa_gevent_hub_install_linkable(PyObject *module);
int fa_gevent_hub_install_greenlet(PyObject *module);
int fa_gevent_hub_install_waiter(PyObject *module);
int fa_gevent_hub_install_switching(PyObject *module);

#endif
