/* arena.c: memory that is built up once and freed whole. */
#include "support/arena.h"

#include <stdalign.h>
#include <stdlib.h>

#define FIRST_BYTES ((size_t)512) /* of the first block: most policies are small */
#define MOST_BYTES ((size_t)64 * 1024) /* blocks double up to this size */

typedef struct fa_block {
    struct fa_block *older; /* owned */
    size_t used;            /* bytes of `memory` */
    size_t size;            /* bytes of `memory` */
    alignas(max_align_t) unsigned char memory[];
} fa_block;

/* Zeroed, because callers rely on it and the system often has zeroed pages at hand. */
static fa_block *
add_block(fa_arena *arena, size_t size)
{
    if (size > SIZE_MAX - sizeof(fa_block)) {
        return NULL;
    }
    fa_block *block = calloc(1, sizeof(fa_block) + size);
    if (block == NULL) {
        return NULL;
    }
    block->size = size;
    arena->bytes += sizeof(fa_block) + size;
    return block;
}

void *
fa_arena_take(fa_arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX - align) {
        return NULL;
    }
    size = size == 0 ? align : (size + align - 1) / align * align;

    fa_block *block = arena->blocks;
    if (block == NULL || block->size - block->used < size) {
        size_t wanted = block == NULL ? FIRST_BYTES : block->size * 2;
        if (wanted > MOST_BYTES) {
            wanted = MOST_BYTES;
        }
        bool alone = size > wanted / 2 && block != NULL;
        block = add_block(arena, alone || size > wanted ? size : wanted);
        if (block == NULL) {
            return NULL;
        }
        if (alone) {
            /* Behind the newest block, whose rest stays in use. */
            block->used = size;
            block->older = arena->blocks->older;
            arena->blocks->older = block;
            return block->memory;
        }
        block->older = arena->blocks;
        arena->blocks = block;
    }
    void *taken = block->memory + block->used;
    block->used += size;
    return taken;
}

const char *
fa_arena_copy(fa_arena *arena, fa_text text)
{
    if (text.length == SIZE_MAX) {
        return NULL;
    }
    char *copy = fa_arena_take(arena, text.length + 1);
    if (copy == NULL) {
        return NULL;
    }
    if (text.length > 0) {
        memcpy(copy, text.bytes, text.length);
    }
    return copy; /* the NUL is there: taken memory is zeroed */
}

void
fa_arena_free(fa_arena *arena)
{
    fa_block *block = arena->blocks;
    while (block != NULL) {
        fa_block *older = block->older;
        free(block);
        block = older;
    }
    arena->blocks = NULL;
    arena->bytes = 0;
}
