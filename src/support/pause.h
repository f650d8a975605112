/* pause.h: a pause of a length that nobody else keeps. */
#ifndef FA_PAUSE_H
#define FA_PAUSE_H

/* Wait for less than `most` nanoseconds (under a second), each time another number of them: for who has fallen into
 * step with somebody. */
void fa_pause(long most);

#endif
