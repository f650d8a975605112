/* loop_hooks.h: what a loop is told to call on occasion carries what is in force; so does what its handles show. */
#ifndef FA_LOOP_HOOKS_H
#define FA_LOOP_HOOKS_H

#include "interpose/interpose.h"
#include "interpose/pools_known.h"

/* Interpose the setters and getters of asyncio's own loops (`module`: asyncio.base_events), and repr() of handles, as far as they
 * are such as we know. Leaves no exception. */
void fa_loop_hooks_install(fa_pools *pools, PyObject *module);

/* Call a setter of another loop's, in C, whose first argument is what the loop will call; `shows` tells what is there. */
PyObject *fa_loop_hooks_set(const fa_patch *patch, const fa_patch *shows, PyObject *self, PyObject *const *args,
                            Py_ssize_t count, PyObject *names);

/* Call such a getter. */
PyObject *fa_loop_hooks_get(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count,
                            PyObject *names);

#endif
