/* gate.h: is any scope or floor alive in this process. */
#ifndef FA_GATE_H
#define FA_GATE_H

#include "support/state.h"

/* Whether anything in the process could govern anything. Scopes that are alive count, not scopes that
 * are entered: a task that copied the context keeps its scope after the `with` block has ended. */
static inline bool
fa_gate_is_open(void)
{
    return atomic_load_explicit(&fa_state_process.live, memory_order_relaxed) != 0;
}

static inline void
fa_gate_add(void)
{
    atomic_fetch_add_explicit(&fa_state_process.live, 1, memory_order_relaxed);
}

static inline void
fa_gate_remove(void)
{
    atomic_fetch_sub_explicit(&fa_state_process.live, 1, memory_order_relaxed);
}

#endif
