/* floor.h: the policies of the whole process. */
#ifndef FA_FLOOR_H
#define FA_FLOOR_H

#include "authority/scope.h"

/* Every floor that was installed. A new one is a new array: readers keep the one they have. */
typedef struct fa_floor {
    size_t count;
    fa_scope *scope[]; /* owned, for the life of the process */
} fa_floor;

static inline const fa_floor *
fa_floor_get(void)
{
    return atomic_load_explicit(&fa_state_process.floor, memory_order_acquire);
}

/* Put `rules` on every thread, context and interpreter, for good. Holds them. Returns the scope of the
 * new floor, or NULL when out of memory. */
fa_scope *fa_floor_add(const fa_ruleset *rules, bool warn);

#endif
