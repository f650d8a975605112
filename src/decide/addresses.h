/* addresses.h: one kind of check: sockets and look-ups against granted addresses. */
#ifndef FA_ADDRESSES_H
#define FA_ADDRESSES_H

#include "decide/address_rule.h"
#include "decide/check.h"
#include "support/arena.h"

/* One entry of a policy: what it covers, and for which of connect, listen and resolve. */
typedef struct fa_address_entry {
    fa_address_rule rule; /* its name is copied */
    fa_text written;      /* as the user wrote it, for messages; copied */
    fa_rights rights;
    bool deny;  /* takes away: beats every grant */
    bool quiet; /* without deny: grants nothing, refuses quietly; with it: denies quietly */
} fa_address_entry;

/* Build the check over entries; rights of network in `everywhere` are granted for every address, and
 * those in `nowhere` for none. The memory is the arena's. NULL when out of memory.
 *
 * Judges FA_SHAPE_ADDRESS. A grant to connect to a host includes looking it up; a grant to listen
 * includes the look-ups of what was bound; either includes making internet sockets. */
const fa_check *fa_addresses_new(fa_arena *arena, const fa_address_entry *entries, size_t count,
                                 fa_rights everywhere, fa_rights nowhere);

/* Whether connecting to `port` of an address that `host` led to is granted, by name or by address,
 * and not denied. The answer holds up to port *until (which it may lower, never raises). */
bool fa_addresses_grant_port(const fa_check *addresses, fa_text host, const uint8_t ip[16],
                             int32_t port, int32_t *until);

#endif
