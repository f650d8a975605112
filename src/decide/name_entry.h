/* name_entry.h: one entry of a policy that is a name or a pattern of names. */
#ifndef FA_NAME_ENTRY_H
#define FA_NAME_ENTRY_H

#include "support/arena.h"

/* A module, an environment variable or an event that a policy grants or takes away. */
typedef struct fa_name_entry {
    fa_text pattern; /* copied by whoever builds a check of it */
    bool deny;
} fa_name_entry;

/* A copy of the entries whose texts end in a NUL; NULL when out of memory. */
static inline fa_name_entry *
fa_name_entry_copy(fa_arena *arena, const fa_name_entry *entries, size_t count)
{
    fa_name_entry *copies =
        count > SIZE_MAX / sizeof *copies ? NULL : fa_arena_take(arena, count * sizeof *copies);
    for (size_t i = 0; copies != NULL && i < count; i++) {
        copies[i] = entries[i];
        copies[i].pattern.bytes = fa_arena_copy(arena, entries[i].pattern);
        if (copies[i].pattern.bytes == NULL) {
            return NULL;
        }
    }
    return copies;
}

#endif
