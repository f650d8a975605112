/* leave.h: taking a scope off its chain, and what becomes of those that lie above it. */
#ifndef FA_LEAVE_H
#define FA_LEAVE_H

#include "authority/scope.h"

/* End the box: off the current context's chain, whatever its place, with what lies above it and has nobody
 * left to end it. Of a decorated call also what its body opened and left. Returns 0, or -1 with an exception
 * set: then the chain is as it was unless the box has ended. */
int fa_leave_end(fa_interpreter *here, fa_box *box);

/* Take the box of a decorated call, and nothing else, off the chain while the body is suspended. Returns 0, or
 * -1 with an exception set (then the chain is as it was). */
int fa_leave_suspend(fa_interpreter *here, fa_box *box);

#endif
