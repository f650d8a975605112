/* pause.c: a pause of a length that nobody else keeps. */
#include "support/pause.h"

#include <time.h>

void
fa_pause(long most)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    /* What the clock shows last differs enough; a prime takes its grain away. */
    now = (struct timespec){.tv_nsec = now.tv_nsec * 7919LL % most};
    (void)nanosleep(&now, NULL);
}
