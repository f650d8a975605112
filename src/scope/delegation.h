/* delegation.h: whether what a decorated generator yields goes to whoever runs the task. */
#ifndef FA_DELEGATION_H
#define FA_DELEGATION_H

#include "support/compat.h"

/* Asked where the wrapper of a decorated generator is the innermost Python code: whether it is awaited, by coroutines and
 * `yield from` alone, so that nobody in between sees what it yields. 1, 0, or -1 with an exception set. */
int fa_delegation_is_awaited(void);

#endif
