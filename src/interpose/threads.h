/* threads.h: new threads carry the authority of whoever starts them. */
#ifndef FA_THREADS_H
#define FA_THREADS_H

#include "support/state.h"

/* Interpose every way to start a thread. Returns 0, or -1 with an exception set. */
int fa_threads_install(fa_interpreter *here);

#endif
