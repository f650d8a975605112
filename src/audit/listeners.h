/* listeners.h: whether anybody but us listens to audit events, so that what is raised for others alone may be left out. */
#ifndef FA_LISTENERS_H
#define FA_LISTENERS_H

#include "support/state.h"

/* Whether an event of our own may be heard by another hook. */
static inline bool
fa_listeners_exist(void)
{
    return !atomic_load_explicit(&fa_state_process.unheard, memory_order_relaxed);
}

/* Called when our hook is about to be added: whether somebody listens already, in this interpreter or another. */
void fa_listeners_look(void);

/* Every event passes here, governed or not: where a thread has the interpreter, who adds a hook raises one. By its first two
 * letters, which is all that most cost. */
void fa_listeners_note(const char *name);

static inline void
fa_listeners_hear(const char *name)
{
    if (FA_UNLIKELY(name[0] == 's' && name[1] == 'y')) {
        fa_listeners_note(name);
    }
}

#endif
