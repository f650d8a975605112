/* address_meant.h: the address an operand means, and whether an entry of a policy covers it. */
#ifndef FA_ADDRESS_MEANT_H
#define FA_ADDRESS_MEANT_H

#include "decide/addresses.h"
#include "decide/host.h"

/* A literal in any spelling is its bytes, a name what rules hold. */
typedef struct fa_address_meant {
    fa_address address;
    fa_host host; /* what address.host points into, perhaps */
} fa_address_meant;

void fa_address_meant_read(const fa_address *given, fa_address_meant *found);

/* A wildcard address: connecting to it reaches this machine's loopback, binding it every address. */
bool fa_address_meant_is_any(const fa_address_meant *found);

/* Whether the entry covers the address, ports aside. `broadly`: for a deny rule, which covers also
 * what cannot be told apart from what it names. */
bool fa_address_meant_is_covered(const fa_address_meant *found, const fa_address_entry *entry,
                                 fa_right right, bool broadly);

#endif
