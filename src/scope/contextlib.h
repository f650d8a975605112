/* contextlib.h: the code objects of contextlib, through which a `with` statement is looked for. */
#ifndef FA_CONTEXTLIB_H
#define FA_CONTEXTLIB_H

#include "authority/frames.h"
#include "support/state.h"

/* Record them in `here`, when the first scope is made and so before any guest runs: whoever only imports the
 * package need not pay for contextlib. Returns 0, or -1 with an exception set. */
int fa_contextlib_install(fa_interpreter *here);

/* Whether a frame runs one of them. */
bool fa_contextlib_runs(fa_frame *frame);

/* The first frame at or outside `frame` that runs none of them; NULL when there is none. */
fa_frame *fa_contextlib_caller(fa_frame *frame);

/* The frame of contextlib's for which `frame` looks a special method up: from 3.15 on that is done two calls
 * further in, by a callee of `_lookup_special`. NULL when it is anybody else's look-up: also a guest's that
 * calls those helpers itself. */
fa_frame *fa_contextlib_looks_up(const fa_interpreter *here, fa_frame *frame);

#endif
