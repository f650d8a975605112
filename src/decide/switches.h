/* switches.h: the checks that need no data of a policy's lists: refuse, deny, signals, unknown events. */
#ifndef FA_SWITCHES_H
#define FA_SWITCHES_H

#include "decide/check.h"
#include "decide/name_entry.h"

/* Refuses: the policy grants nothing of the event's right. Allows what unpacking finds to ask for
 * nothing (FA_RIGHT_NONE). */
extern const fa_check fa_switches_refuse;

/* A check that refuses what `rule` denies; `every` also what asks for nothing. NULL when out of memory. */
const fa_check *fa_switches_deny(fa_arena *arena, fa_text rule, bool every);

/* Judges FA_SHAPE_SIGNAL where signals are not granted whole. With `children`, the policy lets make
 * processes, so it lets signal them. Asking whether one's own process is there is free. */
const fa_check *fa_switches_signal(bool children);

/* Judges events that the catalogue lacks, by name. Entries are whole names, or prefixes that end in
 * ".*"; what no entry mentions is allowed when `otherwise`. The memory is the arena's; NULL when out
 * of memory. */
const fa_check *fa_switches_unknown(fa_arena *arena, const fa_name_entry *events, size_t count,
                                    bool otherwise);

/* Whether an entry covers an event. */
bool fa_switches_covers(const fa_name_entry *entry, const char *event);

#endif
