/* address_rule.h: the text of an address in a policy to a rule, and what that rule covers. */
#ifndef FA_ADDRESS_RULE_H
#define FA_ADDRESS_RULE_H

#include "support/plain.h"

#define FA_ADDRESS_ERROR 320 /* bytes of the longest message, with its NUL */

typedef enum fa_address_kind {
    FA_ADDRESS_ALL,      /* *           every host and every IP address */
    FA_ADDRESS_HOST,     /* example.com */
    FA_ADDRESS_SUFFIX,   /* *.example.com: every name that ends so, at any depth */
    FA_ADDRESS_NET,      /* 10.0.0.0/8, [::1] */
    FA_ADDRESS_UNIX,     /* unix:/run/x.sock; wildcards as in paths */
    FA_ADDRESS_ABSTRACT  /* unix:@name; wildcards */
} fa_address_kind;

typedef struct fa_address_rule {
    fa_text name;   /* host, suffix with its dot, path or abstract name; borrowed from the text */
    uint8_t ip[16]; /* of FA_ADDRESS_NET; IPv4 as ::ffff:a.b.c.d */
    uint8_t bits;   /* of FA_ADDRESS_NET: the prefix, of 128 */
    uint8_t kind;   /* fa_address_kind */
    uint16_t low;   /* first port … */
    uint16_t high;  /* … and last one */
} fa_address_rule;

/* Read `text`: host:port, host:low-high, host:*, [v6]:port, a network with or without a port,
 * unix:/path, unix:@name. A host without a port means every port where `port_optional`, and is a
 * mistake elsewhere. Returns false with one sentence in `error` that says what would be right. */
bool fa_address_rule_read(fa_text text, bool port_optional, fa_address_rule *rule,
                          char error[FA_ADDRESS_ERROR]);

/* Whether the rule covers an IP address. `localhost` covers 127.0.0.1 and ::1; `broadly` (a deny rule)
 * all of 127.0.0.0/8. A network of IPv6 covers no IPv4 address. */
bool fa_address_rule_has_ip(const fa_address_rule *rule, const uint8_t ip[16], bool broadly);

/* Whether it covers a host's name, in whatever case, with or without a final dot. `localhost` is
 * covered by 127.0.0.1 and ::1 as well. What no host can be called is covered by `*` alone. */
bool fa_address_rule_has_name(const fa_address_rule *rule, fa_text name);

/* Whether it covers the path, or abstract name, of a unix socket. */
bool fa_address_rule_has_path(const fa_address_rule *rule, fa_text path, bool abstract);

/* Whether it covers a port; -1, an unknown one: every port, or (`broadly`) any at all. */
bool fa_address_rule_has_port(const fa_address_rule *rule, int32_t port, bool broadly);

bool fa_address_is_localhost(fa_text name);

extern const uint8_t fa_address_loopback[2][16]; /* 127.0.0.1 and ::1 */

#endif
