/* modules.h: whether modules have come since somebody looked at them. */
#ifndef FA_MODULES_H
#define FA_MODULES_H

#include "support/state.h"

/* How many there are would not tell: a guest can take one away for each that a host imports. */

/* Have `here->modules`, which was just set, tell from now on. Cannot fail: what cannot be watched counts as changed. */
void fa_modules_watch(fa_interpreter *here);

/* Whether one has come, or was replaced, since fa_modules_look(). The end of an import counts, too: CPython takes the
 * module out and puts it in again. */
static inline bool
fa_modules_have_changed(fa_interpreter *here)
{
#if FA_DICTS_ARE_WATCHED
    return atomic_load_explicit(&here->modules_seen, memory_order_acquire) == 0;
#else
    return ((PyDictObject *)here->modules)->ma_version_tag != here->modules_seen;
#endif
}

/* To be called before looking. */
static inline void
fa_modules_look(fa_interpreter *here)
{
#if FA_DICTS_ARE_WATCHED
    atomic_store_explicit(&here->modules_seen, here->modules_watched, memory_order_release);
#else
    here->modules_seen = ((PyDictObject *)here->modules)->ma_version_tag;
#endif
}

/* What was looked for was not found, or not all of it: another time. */
static inline void
fa_modules_look_again(fa_interpreter *here)
{
    atomic_store_explicit(&here->modules_seen, 0, memory_order_release);
}

#endif
