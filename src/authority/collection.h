/* collection.h: the boxes that are found to govern a thread, each once, and the thread's room for them. */
#ifndef FA_COLLECTION_H
#define FA_COLLECTION_H

#include "authority/authority.h"

/* One collection under way, into the authority of a thread. */
typedef struct fa_collection {
    fa_thread *th;
    fa_authority *authority;
    size_t scopes; /* found so far */
    const struct fa_barrier *barrier; /* the trusted call at which the walk ends, once it was met */
    struct {       /* those, by hashing, once there are more than a few */
        const void **slot; /* owned; NULL while there are few */
        size_t mask;
    } boxes;
} fa_collection;

/* Room for `count` scopes, in which the first `kept` boxes stay. Returns false when out of memory. */
bool fa_collection_reserve(fa_thread *th, size_t count, size_t kept);

/* Add a box unless it is there. Returns false when out of memory. */
bool fa_collection_add(fa_collection *c, fa_box *box);

/* Add the boxes of a chain as seen from `context` (NULL: of a carrier, where nothing is over), and note the
 * trusted call that runs there. Returns false when out of memory. */
bool fa_collection_add_chain(fa_collection *c, const fa_node *node, const void *context);

/* It is done: free what it used on the way. */
static inline void
fa_collection_end(fa_collection *c)
{
    if (FA_UNLIKELY(c->boxes.slot != NULL)) {
        PyMem_RawFree(c->boxes.slot);
    }
}

#endif
