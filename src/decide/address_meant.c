/* address_meant.c: the address an operand means, and whether an entry of a policy covers it. */
#include "decide/address_meant.h"

#include "support/ip.h"

void
fa_address_meant_read(const fa_address *given, fa_address_meant *found)
{
    found->address = *given;
    found->host.doubtful = false;
    fa_address *address = &found->address;
    if (address->family != FA_FAMILY_INET || address->host.length == 0) {
        return;
    }
    if (fa_text_equal(address->host, FA_TEXT("<broadcast>"))) {
        address->host = FA_TEXT("255.255.255.255");
    }
    if (fa_ip_read(address->host, address->ip) != FA_IP_NONE) {
        address->host = (fa_text){NULL, 0};
        address->any = fa_ip_is_any(address->ip);
        return;
    }
    fa_host_read(address->host, &found->host);
    if (found->host.name.length > 0) {
        address->host = found->host.name;
    }
}

bool
fa_address_meant_is_any(const fa_address_meant *found)
{
    const fa_address *address = &found->address;
    return address->host.length == 0 && (address->any || fa_ip_is_any(address->ip));
}

bool
fa_address_meant_is_covered(const fa_address_meant *found, const fa_address_entry *entry,
                            fa_right right, bool broadly)
{
    const fa_address_rule *rule = &entry->rule;
    const fa_address *address = &found->address;
    if (address->family == FA_FAMILY_UNIX || address->family == FA_FAMILY_ABSTRACT) {
        return fa_address_rule_has_path(rule, address->path,
                                        address->family == FA_FAMILY_ABSTRACT);
    }
    if (rule->kind == FA_ADDRESS_UNIX || rule->kind == FA_ADDRESS_ABSTRACT) {
        return false;
    }
    if (address->host.length > 0) {
        /* A name that CPython looks up itself may lead to any address, a denied one included. */
        bool unseen = broadly && right != FA_RESOLVE && !fa_address_is_localhost(address->host) &&
                      (rule->kind == FA_ADDRESS_NET ||
                       (rule->kind == FA_ADDRESS_HOST && fa_address_is_localhost(rule->name)));
        bool mistakable = broadly && found->host.doubtful && rule->kind != FA_ADDRESS_NET;
        return unseen || mistakable || fa_address_rule_has_name(rule, address->host);
    }
    if (!fa_address_meant_is_any(found) || right == FA_RESOLVE) {
        return fa_address_rule_has_ip(rule, address->ip, broadly);
    }
    bool v4 = fa_ip_is_v4(address->ip);
    if (right == FA_CONNECT) {
        bool loopback = fa_address_rule_has_ip(rule, fa_address_loopback[v4 ? 0 : 1], broadly) ||
                        (broadly && fa_address_rule_has_ip(rule, fa_address_loopback[0], true));
        return loopback || fa_address_rule_has_ip(rule, address->ip, broadly);
    }
    if (broadly) {
        /* Binding the wildcard binds the denied address too; that of IPv6 takes IPv4 along. */
        return rule->kind == FA_ADDRESS_NET ? !v4 || fa_ip_is_v4(rule->ip)
                                            : rule->kind != FA_ADDRESS_SUFFIX;
    }
    if (rule->kind == FA_ADDRESS_NET) {
        bool whole = rule->bits == (fa_ip_is_v4(rule->ip) ? 96 : 0);
        return fa_ip_is_v4(rule->ip) == v4 &&
               (whole || (rule->bits == 128 && fa_ip_is_any(rule->ip)));
    }
    return rule->kind == FA_ADDRESS_ALL;
}
