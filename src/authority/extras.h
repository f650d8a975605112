/* extras.h: what few boxes have. Made when it is needed: what lies in a box itself, every live scope pays for. */
#ifndef FA_EXTRAS_H
#define FA_EXTRAS_H

#include "authority/scope.h"

/* Trusted calls from inside: see scope/calls.h. */
typedef struct fa_calls {
    size_t count, room;
    struct fa_called *each; /* owned */
} fa_calls;

/* Read and written in the box's critical section. */
typedef struct fa_extras {
    PyObject *left_open; /* owned tuple of str, or NULL: where those were entered that were open when it was left */
    fa_calls calls;
} fa_extras;

/* The extras of the box, made if it has none, in its critical section. NULL when out of memory, without an exception. */
fa_extras *fa_extras_make(fa_box *box);

/* Note what was left open. Takes the reference. Returns 0, or -1 with an exception set. */
int fa_extras_set_left_open(fa_box *box, PyObject *places);

#endif
