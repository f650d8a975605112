/* calls.h: which trusted functions the code under a scope called, and which of them have not ended. */
#ifndef FA_CALLS_H
#define FA_CALLS_H

#include "authority/extras.h"

#define FA_CALLS_KEPT 100 /* functions that a box tells apart; the rest are counted together */

/* A call of the function of that name (an exact str, which stands for the function) begins, under the boxes of
 * `callers` (NULL: none). Returns 0, or -1 with an exception set: then nothing was noted. */
int fa_calls_begin(fa_interpreter *here, fa_node *callers, PyObject *name);

/* It has ended. */
void fa_calls_end(fa_node *callers, PyObject *name);

/* A tuple of (name, where it was called first: a Location or None, how often); NULL with an exception set. */
PyObject *fa_calls_list(fa_box *box);

/* A tuple of names, as often as such a call has begun and not ended; NULL with an exception set. */
PyObject *fa_calls_active(fa_box *box);

/* Let go of them all: nobody else knows their box any more. */
void fa_calls_clear(fa_calls *calls);

#endif
