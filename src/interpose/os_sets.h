/* os_sets.h: what os knows about its functions holds for those that are interposed as well. */
#ifndef FA_OS_SETS_H
#define FA_OS_SETS_H

#include "support/compat.h"
#include "support/state.h"

/* Put what os.supports_fd and its kin hold into them anew: the hash of a built-in is that of its C function, so that a
 * set that has it from before does not find it any more. To be done when the last function of os is in place. Returns 0,
 * or -1 with an exception set. */
int fa_os_sets_refresh(fa_interpreter *here);

#endif
