/* address_part.h: what the readers of an address share: slices, numbers, ports, messages. */
#ifndef FA_ADDRESS_PART_H
#define FA_ADDRESS_PART_H

#include "decide/address_rule.h"

#define FA_ADDRESS_SHOWN 80 /* bytes of the user's text that a message repeats */
#define QUOTE "'%.*s'"
#define SHOW(text) \
    (int)((text).length < FA_ADDRESS_SHOWN ? (text).length : FA_ADDRESS_SHOWN), (text).bytes

/* Write a message. Always returns false, so callers can return it. */
bool fa_address_part_mistake(char error[FA_ADDRESS_ERROR], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

fa_text fa_address_part_slice(fa_text text, size_t from, size_t to);

/* Where `wanted` is, from `from` on; the length when it is not there. */
size_t fa_address_part_find(fa_text text, char wanted, size_t from);

/* Digits alone, at most `most`. */
bool fa_address_part_number(fa_text text, uint32_t most, uint32_t *number);

/* A port, a range or a star into the rule. */
bool fa_address_part_ports(fa_text text, fa_address_rule *rule, char error[FA_ADDRESS_ERROR]);

bool fa_address_part_is_digits(fa_text text);

#endif
