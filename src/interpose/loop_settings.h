/* loop_settings.h: what a loop asks on occasion is plain, and who runs its jobs is for whoever made the loop to say. */
#ifndef FA_LOOP_SETTINGS_H
#define FA_LOOP_SETTINGS_H

#include "interpose/pools_known.h"
#include "support/state.h"

/* Interpose the methods of asyncio's loops in Python, as far as they are such as we know. Leaves no exception. */
void fa_loop_settings_install(fa_pools *pools, PyObject *base_events);

/* A descriptor that a loop is to watch: where something is in force, as it is if it is an int or a socket of the standard
 * library's, else its number. A new reference, or NULL with an exception set. */
PyObject *fa_loop_settings_descriptor(PyObject *object);

/* The same for a signal: a plain int, if it is an int at all. */
PyObject *fa_loop_settings_signal(PyObject *object);

/* Whether a loop may be given another default executor here. Returns 0, or -1 with an exception set. */
int fa_loop_settings_check(PyObject *loop);

#endif
