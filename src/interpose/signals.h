/* signals.h: handlers of signals carry what they were set under, and timers send signals by right. */
#ifndef FA_SIGNALS_H
#define FA_SIGNALS_H

#include "support/compat.h"

/* Interpose signal.signal, getsignal, alarm and setitimer. Idempotent. Returns 0, or -1 with an exception set. */
int fa_signals_install(void);

#endif
