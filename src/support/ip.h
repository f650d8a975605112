/* ip.h: the text of an IP address to its bytes, odd spellings included. */
#ifndef FA_IP_H
#define FA_IP_H

#include "support/plain.h"

#define FA_IP_TEXT 64 /* bytes that hold any address as text, with its NUL */

typedef enum fa_ip_kind {
    FA_IP_NONE,  /* no address: a host's name */
    FA_IP_PLAIN, /* the usual spelling: 127.0.0.1, ::1, fe80::1%eth0 */
    FA_IP_ODD    /* one that the C library takes as well: 127.1, 0x7f.1, 2130706433, 0177.0.0.1 */
} fa_ip_kind;

/* Read an address without brackets into 16 bytes, IPv4 as ::ffff:a.b.c.d. A scope id is checked for
 * form and left out. */
fa_ip_kind fa_ip_read(fa_text text, uint8_t ip[16]);

/* Whether the bytes are an IPv4 address. */
bool fa_ip_is_v4(const uint8_t ip[16]);

/* 0.0.0.0 or :: */
bool fa_ip_is_any(const uint8_t ip[16]);

/* Whether the first `bits` bits of both are the same. */
bool fa_ip_same_prefix(const uint8_t a[16], const uint8_t b[16], unsigned bits);

/* The usual spelling, NUL-terminated. */
void fa_ip_write(const uint8_t ip[16], char text[FA_IP_TEXT]);

#endif
