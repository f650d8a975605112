/* makers.h: what was in force where something was made inside, and whether it is here. */
#ifndef FA_MAKERS_H
#define FA_MAKERS_H

#include "support/compat.h"

/* What is in force here, without the floors: *makers is a tuple of boxes (new reference), or NULL for nothing. Boxes and not their
 * nodes: while a node is alive, events are judged. Returns 0, or -1 with an exception set. */
int fa_makers_here(PyObject **makers);

/* Whether all of `some` are among `all`. */
bool fa_makers_among(PyObject *some, PyObject *all);

/* Whether they can never again be in force all together. */
bool fa_makers_are_over(PyObject *makers);

#endif
