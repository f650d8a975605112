/* made_loops.h: event loops that were made inside are for those that made them. */
#ifndef FA_MADE_LOOPS_H
#define FA_MADE_LOOPS_H

#include "interpose/pools_known.h"
#include "support/state.h"

/* A loop was initialised: note by whom, if anything is in force. Sets no exception. */
void fa_made_loops_note(fa_interpreter *here, PyObject *loop);

/* Whether all that is in force here was so when the loop was made; also when nothing is. 1, 0, or -1 with an exception set. */
int fa_made_loops_may(fa_interpreter *here, PyObject *loop);

#endif
