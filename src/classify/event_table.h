/* event_table.h: what gen_events.py and the look-up by name agree on. */
#ifndef FA_EVENT_TABLE_H
#define FA_EVENT_TABLE_H

#include "classify/event.h"

#define FA_EVENT_HASH_BITS 12 /* HASH_BITS in gen_events.py */

extern const uint64_t fa_event_multiplier; /* gives every name of the catalogue a slot of its own */
extern const uint16_t fa_event_slots[1 << FA_EVENT_HASH_BITS]; /* slot to id */

#endif
