/* address_rule.c: what one rule over addresses covers. */
#include "decide/address_rule.h"

#include "support/glob.h"
#include "support/ip.h"

const uint8_t fa_address_loopback[2][16] = {
    {[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1},
    {[15] = 1},
};

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static fa_text
without_final_dot(fa_text name)
{
    if (name.length > 1 && name.bytes[name.length - 1] == '.') {
        name.length--;
    }
    return name;
}

/* Host names compare by ASCII letters of either case. */
static bool
same_name(fa_text a, fa_text b)
{
    if (a.length != b.length) {
        return false;
    }
    for (size_t i = 0; i < a.length; i++) {
        if (lower(a.bytes[i]) != lower(b.bytes[i])) {
            return false;
        }
    }
    return true;
}

/* Resolvers read some of what is no name as an address with garbage after it. */
static bool
may_be_name(fa_text name)
{
    for (size_t i = 0; i < name.length; i++) {
        char c = lower(name.bytes[i]);
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
              c == '.')) {
            return false;
        }
    }
    return name.length > 0;
}

bool
fa_address_is_localhost(fa_text name)
{
    return same_name(without_final_dot(name), FA_TEXT("localhost"));
}

bool
fa_address_rule_has_ip(const fa_address_rule *rule, const uint8_t ip[16], bool broadly)
{
    switch ((fa_address_kind)rule->kind) {
    case FA_ADDRESS_ALL:
        return true;
    case FA_ADDRESS_NET:
        return fa_ip_is_v4(rule->ip) == fa_ip_is_v4(ip) &&
               fa_ip_same_prefix(rule->ip, ip, rule->bits);
    case FA_ADDRESS_HOST:
        return fa_address_is_localhost(rule->name) &&
               (fa_ip_same_prefix(ip, fa_address_loopback[0], broadly ? 96 + 8 : 128) ||
                fa_ip_same_prefix(ip, fa_address_loopback[1], 128));
    case FA_ADDRESS_SUFFIX:
    case FA_ADDRESS_UNIX:
    case FA_ADDRESS_ABSTRACT:
        break;
    }
    return false;
}

bool
fa_address_rule_has_name(const fa_address_rule *rule, fa_text name)
{
    if (rule->kind == FA_ADDRESS_ALL) {
        return true;
    }
    if (!may_be_name(name)) {
        return false;
    }
    name = without_final_dot(name);
    switch ((fa_address_kind)rule->kind) {
    case FA_ADDRESS_HOST:
        return same_name(rule->name, name);
    case FA_ADDRESS_SUFFIX: {
        if (name.length <= rule->name.length) {
            return false;
        }
        size_t front = name.length - rule->name.length;
        return same_name(rule->name, (fa_text){name.bytes + front, rule->name.length});
    }
    case FA_ADDRESS_NET:
        return fa_address_is_localhost(name) &&
               (fa_address_rule_has_ip(rule, fa_address_loopback[0], false) ||
                fa_address_rule_has_ip(rule, fa_address_loopback[1], false));
    case FA_ADDRESS_ALL:
    case FA_ADDRESS_UNIX:
    case FA_ADDRESS_ABSTRACT:
        break;
    }
    return false;
}

bool
fa_address_rule_has_path(const fa_address_rule *rule, fa_text path, bool abstract)
{
    if (abstract) {
        return rule->kind == FA_ADDRESS_ABSTRACT && fa_glob_match(rule->name, path, '\0');
    }
    return rule->kind == FA_ADDRESS_UNIX && fa_glob_match(rule->name, path, '/');
}

bool
fa_address_rule_has_port(const fa_address_rule *rule, int32_t port, bool broadly)
{
    if (port < 0) {
        return broadly || (rule->low == 0 && rule->high == 65535);
    }
    return rule->low <= port && port <= rule->high;
}
