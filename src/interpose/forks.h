/* forks.h: os.spawn* fork and then run a command: what counts is the command. */
#ifndef FA_FORKS_H
#define FA_FORKS_H

#include "support/state.h"

/* Redirect the one function behind os.spawn*. Returns 0, or -1 with an exception set. */
int fa_forks_install(fa_interpreter *here);

#endif
