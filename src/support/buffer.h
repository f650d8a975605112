/* buffer.h: a text that grows, in plain C, with a bound and one question at the end. */
#ifndef FA_BUFFER_H
#define FA_BUFFER_H

#include "support/plain.h"

/* Starts as {0}, or with `most` set: then what would make it longer is left out. After a failure
 * everything added is ignored, so that callers ask once, at the end. */
typedef struct fa_buffer {
    char *bytes;   /* owned (malloc); NUL-terminated once something was added */
    size_t length; /* bytes, without the NUL */
    size_t room;   /* bytes taken from the system */
    size_t most;   /* longest length; 0: no bound */
    bool cut;      /* something was left out */
    bool failed;   /* out of memory */
} fa_buffer;

void fa_buffer_add(fa_buffer *buffer, fa_text text);
void fa_buffer_add_word(fa_buffer *buffer, const char *word); /* NUL-terminated; NULL adds nothing */
void fa_buffer_add_byte(fa_buffer *buffer, char byte);
void fa_buffer_add_number(fa_buffer *buffer, int64_t number);

/* What was added so far, borrowed. */
fa_text fa_buffer_text(const fa_buffer *buffer);

/* The text itself: the caller owns it (free). NULL after a failure; "" when nothing was added. */
char *fa_buffer_take(fa_buffer *buffer);

void fa_buffer_clear(fa_buffer *buffer);

#endif
