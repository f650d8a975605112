/* handed.h: what code in a sandbox hands to a greenlet that is not held as it is. */
#ifndef FA_HANDED_H
#define FA_HANDED_H

#include "support/state.h"

/* What `greenlet`, which goes on elsewhere, is given instead of `value` (new reference): plain data as a copy, what can be called
 * as a carrier, objects of the types below as they are. NULL with ScopeError set for anything else. */
PyObject *fa_handed_value(fa_interpreter *here, PyObject *greenlet, PyObject *value);

/* Objects of this type, and of those that C made out of it, do nothing of their own: they pass. Not after the first
 * sandbox has handed something over, but for types that are imported later. */
void fa_handed_passes(PyTypeObject *type);

/* An exception that is thrown into such a greenlet, made anew (new reference): of a class that Python, greenlet (`exit`) or gevent
 * has, with plain arguments; a RuntimeError instead of any other. NULL with an exception set. */
PyObject *fa_handed_exception(PyObject *const *args, Py_ssize_t count, PyObject *exit);

/* Somebody, who waits for it, is being given something. Greenlets may end this in any order, so each turn has a number. */
typedef struct fa_handed_told {
    uint64_t number;
    const void *context;    /* of whoever gives it, gevent's hub: in others this says nothing */
    PyObject *about;        /* borrowed: what is given; NULL: nothing is */
    const PyObject *waiter; /* borrowed: the one greenlet that waits; NULL: anybody who does */
} fa_handed_told;

typedef struct fa_handed_turn {
    uint64_t number;
    fa_handed_told before;
} fa_handed_turn;

/* From now on, in the current context, whoever waits for `about` is given it (NULL: nobody is given anything), until
 * fa_handed_told_all(). */
fa_handed_turn fa_handed_tell(PyObject *about, const PyObject *waiter);
void fa_handed_told_all(fa_handed_turn turn);

/* Whether the hub itself hands something over: no code of Python does, and no callback that carries. */
bool fa_handed_by_hub(fa_interpreter *here);

#endif
