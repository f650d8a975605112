/* arena.h: memory that is built up once and freed whole. */
#ifndef FA_ARENA_H
#define FA_ARENA_H

#include "support/plain.h"

typedef struct fa_arena {
    struct fa_block *blocks; /* owned: newest first */
    size_t bytes;            /* taken from the system so far */
} fa_arena;

/* `size` bytes of zeros, aligned for any type; NULL when out of memory. */
void *fa_arena_take(fa_arena *arena, size_t size);

/* A NUL-terminated copy of `text`; NULL when out of memory. */
const char *fa_arena_copy(fa_arena *arena, fa_text text);

void fa_arena_free(fa_arena *arena);

#endif
