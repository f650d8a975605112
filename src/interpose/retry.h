/* retry.h: judging and doing once more what somebody changes meanwhile. */
#ifndef FA_RETRY_H
#define FA_RETRY_H

#include "support/compat.h"
#include "support/pause.h"

/* How often a name may change its meaning, or a number lead elsewhere, between being looked up and being used. Whoever
 * exchanges names as fast as a processor can (150,000 times a second) wins about one try in three. */
enum { FA_RETRIES = 256 };

/* Before the try of that number, from 0 on. Looking a name up waits for whoever is renaming, so both can fall into
 * step, and the name then means the other thing each time: who lost several in a row pauses. */
static inline void
fa_retry_wait(int tries)
{
    if (tries >= 8) {
        Py_BEGIN_ALLOW_THREADS
        fa_pause(50000);
        Py_END_ALLOW_THREADS
    }
}

#endif
