/* carry.h: a callable with the authority it came with. */
#ifndef FA_CARRY_H
#define FA_CARRY_H

#include "authority/authority.h"

/* The type Carrier, into the module. Returns 0, or -1 with an exception set. */
int fa_carry_exec(fa_interpreter *here, PyObject *module);

/* The function carry(), into the module. Returns 0, or -1 with an exception set. */
int fa_carry_add(PyObject *module);

/* `callable`, to be run under `chain` (held; NULL: under nothing but the floor) by a thread of its own, or
 * on a thread of somebody's: until it returns, the chain governs whatever contexts that thread enters. A
 * new reference, NULL with an exception set. */
PyObject *fa_carry_new(fa_interpreter *here, PyObject *callable, fa_node *chain);

/* Run `body(data)` the same way, here and now. */
PyObject *fa_carry_run(fa_interpreter *here, fa_node *chain, PyObject *(*body)(void *), void *data);

#endif
