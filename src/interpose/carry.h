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

/* The same for a callback that a loop is given: what it raises is told to the loop, and goes no further. */
PyObject *fa_carry_new_for_loop(fa_interpreter *here, PyObject *callable, fa_node *chain);

/* The same under what is in force here; itself where nothing is. */
PyObject *fa_carry_here(fa_interpreter *here, PyObject *callable);

/* The same for what is put where `before` was. What the host had put there goes back as it was. */
PyObject *fa_carry_in_place(fa_interpreter *here, PyObject *callable, PyObject *before);

/* The chain of what those gave (borrowed from it), or NULL: it is none of them, or holds nothing. */
fa_node *fa_carry_chain(fa_interpreter *here, PyObject *carrier);

/* `object` (taken over; NULL is passed on) as code here is shown it (new reference): what a carrier calls, to code that is held to
 * all that the carrier is, and so gains nothing by it: it can tell its own apart and put it back. Others get the carrier, and
 * what is none is itself. NULL with an exception set. */
PyObject *fa_carry_shown(fa_interpreter *here, PyObject *object);

/* Call `callable` under `chain`, here and now. */
PyObject *fa_carry_call(fa_interpreter *here, fa_node *chain, PyObject *callable, PyObject *const *args, size_t flags,
                        PyObject *names);

/* Run `body(data)` the same way, here and now. */
PyObject *fa_carry_run(fa_interpreter *here, fa_node *chain, PyObject *(*body)(void *), void *data);

#endif
