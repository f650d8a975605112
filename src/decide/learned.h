/* learned.h: the addresses that a look-up gave to the scope that asked: append-only, published whole. */
#ifndef FA_LEARNED_H
#define FA_LEARNED_H

#include "classify/event.h"

typedef struct fa_learned fa_learned;

fa_learned *fa_learned_new(void); /* owned; NULL when out of memory */
void fa_learned_free(fa_learned *learned);

/* Add one address (16 bytes, IPv4 mapped) with the ports that the name's rule grants. Any thread
 * may add while others read. Returns false when out of memory or full. */
bool fa_learned_add(fa_learned *learned, const uint8_t ip[16], uint16_t low, uint16_t high);

bool fa_learned_has(const fa_learned *learned, const uint8_t ip[16], int32_t port);

#endif
