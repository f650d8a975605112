/* addresses.c: one kind of check: sockets and look-ups against granted addresses. */
#include "decide/addresses.h"

#include "decide/address_meant.h"
#include "support/ip.h"

typedef struct addresses {
    fa_check check;         /* first: a judge casts back */
    fa_rights everywhere;   /* granted for every address */
    fa_rights nowhere;      /* denied for every address */
    fa_rights somewhere;    /* that some entry grants */
    fa_rights quietly;      /* that some entry refuses quietly */
    bool internet;          /* some grant is for internet addresses */
    size_t count;
    const fa_address_entry *entries; /* borrowed from the arena */
} addresses;

static fa_verdict
refuse(fa_reason reason, fa_right right, const char *rule)
{
    return (fa_verdict){FA_REFUSE, (uint8_t)reason, (uint8_t)right, 0, rule};
}

static fa_verdict
deny(const fa_address_entry *entry, fa_right right)
{
    fa_verdict verdict = refuse(FA_REASON_DENIED, right, entry->written.bytes);
    verdict.outcome = entry->quiet ? FA_QUIET : FA_REFUSE;
    return verdict;
}

static const fa_address_entry *
find_denying(const addresses *self, const fa_address_meant *found, fa_right right)
{
    const fa_address *address = &found->address;
    for (size_t i = 0; i < self->count; i++) {
        const fa_address_entry *entry = &self->entries[i];
        if (!entry->deny || !fa_address_meant_is_covered(found, entry, right, true)) {
            continue;
        }
        bool here = (entry->rights & FA_BIT(right)) != 0 &&
                    (right == FA_RESOLVE ||
                     fa_address_rule_has_port(&entry->rule, address->port, true));
        /* A name that may not be connected to at any port is not looked up either. */
        bool useless = right == FA_RESOLVE && address->host.length > 0 &&
                       (entry->rights & FA_BIT(FA_CONNECT)) != 0 && entry->rule.low == 0 &&
                       entry->rule.high == 65535 && entry->rule.kind != FA_ADDRESS_NET;
        if (here || useless) {
            return entry;
        }
    }
    return NULL;
}

static bool
is_every_address(const fa_address_rule *rule)
{
    static const uint8_t mapped[16] = {[10] = 0xff, [11] = 0xff};
    return rule->kind == FA_ADDRESS_ALL ||
           (rule->kind == FA_ADDRESS_NET &&
            (rule->bits == 0 || (rule->bits == 96 && fa_ip_same_prefix(rule->ip, mapped, 96))));
}

/* Whether an entry grants (or, with `quiet`, refuses quietly) one of `rights` at the address. */
static bool
is_covered(const addresses *self, const fa_address_meant *found, fa_right right, fa_rights rights,
           bool any_port, bool quiet)
{
    const fa_address *address = &found->address;
    for (size_t i = 0; i < self->count; i++) {
        const fa_address_entry *entry = &self->entries[i];
        if (right == FA_RESOLVE && entry->rights == FA_BIT(FA_LISTEN) && is_every_address(&entry->rule)) {
            continue; /* as `listen` granted whole: it names nobody whom a server would look up */
        }
        if (!entry->deny && entry->quiet == quiet && (entry->rights & rights) != 0 &&
            (any_port || fa_address_rule_has_port(&entry->rule, address->port, quiet)) &&
            fa_address_meant_is_covered(found, entry, right, false)) {
            return true;
        }
    }
    return false;
}

/* What servers ask about the address they bind: itself, the wildcard, this machine. */
static bool
is_lookup_of_server(const addresses *self, const fa_address_meant *found)
{
    const fa_address *address = &found->address;
    bool listens = (self->everywhere & FA_BIT(FA_LISTEN)) != 0;
    if (!listens && !(self->internet && (self->somewhere & FA_BIT(FA_LISTEN)) != 0)) {
        return false;
    }
    if (address->host.length > 0) {
        return fa_address_is_localhost(address->host);
    }
    return fa_address_meant_is_any(found) || fa_ip_same_prefix(address->ip, fa_address_loopback[0], 96 + 8) ||
           fa_ip_same_prefix(address->ip, fa_address_loopback[1], 128);
}

static fa_verdict
judge_lookup(const addresses *self, const fa_event *event, const fa_address_meant *found)
{
    const fa_address *address = &found->address;
    fa_rights enough = (FA_BIT(FA_RESOLVE) | FA_BIT(FA_CONNECT) | FA_BIT(FA_LISTEN)) & ~self->nowhere;
    const fa_address_entry *denying = find_denying(self, found, FA_RESOLVE);
    if (denying != NULL) {
        return deny(denying, FA_RESOLVE);
    }
    /* The C library answers for a literal address itself; only the reverse way asks somebody. */
    bool reverse = event->id == FA_EVENT_SOCKET_GETHOSTBYADDR ||
                   event->id == FA_EVENT_SOCKET_GETNAMEINFO;
    if ((address->host.length == 0 && !reverse) ||
        (self->everywhere & (FA_BIT(FA_RESOLVE) | FA_BIT(FA_CONNECT))) != 0 ||
        is_covered(self, found, FA_RESOLVE, enough, true, false) ||
        is_lookup_of_server(self, found)) {
        return FA_VERDICT_ALLOW(event);
    }
    bool some = (self->somewhere & enough) != 0;
    return refuse(some ? FA_REASON_ADDRESS_NOT_GRANTED : FA_REASON_RIGHT_NOT_GRANTED, FA_RESOLVE,
                  NULL);
}

static fa_verdict
judge_socket(const addresses *self, const fa_event *event, const fa_address_meant *found)
{
    const fa_address *address = &found->address;
    const fa_rights network = FA_BIT(FA_CONNECT) | FA_BIT(FA_LISTEN) | FA_BIT(FA_RESOLVE);
    if (address->family == FA_FAMILY_UNIX || address->family == FA_FAMILY_ABSTRACT) {
        return FA_VERDICT_ALLOW(event); /* socketpair, self-pipes; connecting is judged on its own */
    }
    if ((self->nowhere & FA_BIT(FA_SOCKET)) != 0) {
        return refuse(FA_REASON_DENIED, FA_SOCKET, fa_right_word(FA_SOCKET));
    }
    if ((self->everywhere & FA_BIT(FA_SOCKET)) != 0 ||
        (address->family != FA_FAMILY_OTHER &&
         ((self->everywhere & network) != 0 || self->internet))) {
        return FA_VERDICT_ALLOW(event);
    }
    return refuse(FA_REASON_RIGHT_NOT_GRANTED, FA_SOCKET, NULL);
}

static fa_verdict
judge_use(const addresses *self, const fa_event *event, const fa_address_meant *found, fa_right right)
{
    const fa_address *address = &found->address;
    if ((self->nowhere & FA_BIT(right)) != 0) {
        return refuse(FA_REASON_DENIED, right, fa_right_word(right));
    }
    if (address->family == FA_FAMILY_OTHER) {
        bool granted = (self->everywhere & FA_BIT(FA_SOCKET)) != 0;
        return granted ? FA_VERDICT_ALLOW(event)
                       : refuse(FA_REASON_RIGHT_NOT_GRANTED, FA_SOCKET, NULL);
    }
    if (address->family == FA_FAMILY_NONE) {
        /* Sending on a connected socket uses what its maker was allowed; listening on an unbound
         * one opens a port that nothing names. */
        bool granted = right == FA_CONNECT || (self->everywhere & FA_BIT(right)) != 0;
        return granted ? FA_VERDICT_ALLOW(event)
                       : refuse(FA_REASON_ADDRESS_NOT_GRANTED, right, NULL);
    }
    if (address->error != 0) {
        return refuse(FA_REASON_UNRESOLVABLE, right, NULL);
    }
    const fa_address_entry *denying = find_denying(self, found, right);
    if (denying != NULL) {
        return deny(denying, right);
    }
    if ((self->everywhere & FA_BIT(right)) != 0 ||
        is_covered(self, found, right, FA_BIT(right), false, false)) {
        return FA_VERDICT_ALLOW(event);
    }
    bool some = (self->somewhere & FA_BIT(right)) != 0;
    return refuse(some ? FA_REASON_ADDRESS_NOT_GRANTED : FA_REASON_RIGHT_NOT_GRANTED, right, NULL);
}

static fa_verdict
judge(const fa_check *check, const fa_event *event)
{
    const addresses *self = (const addresses *)check;
    fa_right right = (fa_right)event->right;
    if (right == FA_RIGHT_NONE) {
        return FA_VERDICT_ALLOW(event);
    }
    if (event->shape != FA_SHAPE_ADDRESS) {
        return refuse(FA_REASON_MALFORMED, right, NULL);
    }
    fa_address_meant found;
    fa_address_meant_read(&event->as.address, &found);
    fa_verdict verdict = right == FA_SOCKET ? judge_socket(self, event, &found)
                         : right == FA_RESOLVE ? judge_lookup(self, event, &found)
                                               : judge_use(self, event, &found, right);
    bool loud = verdict.outcome == FA_REFUSE && verdict.reason != FA_REASON_DENIED;
    uint8_t family = found.address.family;
    if (loud && family != FA_FAMILY_NONE && family != FA_FAMILY_OTHER &&
        (right == FA_SOCKET ? (self->quietly & FA_BIT(FA_SOCKET)) != 0
                            : is_covered(self, &found, right, FA_BIT(right), false, true))) {
        verdict.outcome = FA_QUIET;
    }
    return verdict;
}

const fa_check *
fa_addresses_new(fa_arena *arena, const fa_address_entry *entries, size_t count,
                 fa_rights everywhere, fa_rights nowhere)
{
    if (count > SIZE_MAX / sizeof(fa_address_entry)) {
        return NULL;
    }
    addresses *self = fa_arena_take(arena, sizeof *self);
    fa_address_entry *copies = fa_arena_take(arena, count * sizeof *copies);
    if (self == NULL || copies == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        copies[i] = entries[i];
        copies[i].rule.name.bytes = fa_arena_copy(arena, entries[i].rule.name);
        copies[i].written.bytes = fa_arena_copy(arena, entries[i].written);
        if (copies[i].rule.name.bytes == NULL || copies[i].written.bytes == NULL) {
            return NULL;
        }
        if (!entries[i].deny && entries[i].quiet) {
            self->quietly |= entries[i].rights;
        }
        else if (!entries[i].deny) {
            fa_rights granted = entries[i].rights & ~nowhere;
            self->somewhere |= granted;
            self->internet = self->internet || (granted != 0 && entries[i].rule.kind != FA_ADDRESS_UNIX &&
                                                entries[i].rule.kind != FA_ADDRESS_ABSTRACT);
        }
    }
    self->check = (fa_check){judge, FA_NEEDS_OPERANDS};
    self->everywhere = everywhere & ~nowhere;
    self->nowhere = nowhere;
    self->entries = copies;
    self->count = count;
    return &self->check;
}

bool
fa_addresses_grant_port(const fa_check *check, fa_text host, const uint8_t ip[16], int32_t port,
                        int32_t *until)
{
    const addresses *self = (const addresses *)check;
    bool granted = (self->everywhere & FA_BIT(FA_CONNECT)) != 0;
    bool denied = (self->nowhere & FA_BIT(FA_CONNECT)) != 0;
    fa_address_meant by_ip = {.address = {.family = FA_FAMILY_INET}};
    memcpy(by_ip.address.ip, ip, 16);
    fa_host by_name;
    fa_host_read(host, &by_name);
    for (size_t i = 0; i < self->count; i++) {
        const fa_address_entry *entry = &self->entries[i];
        if ((entry->rights & FA_BIT(FA_CONNECT)) == 0 || (entry->quiet && !entry->deny)) {
            continue;
        }
        bool covered = fa_address_meant_is_covered(&by_ip, entry, FA_CONNECT, entry->deny) ||
                       (by_name.name.length > 0 &&
                        fa_address_rule_has_name(&entry->rule, by_name.name));
        if (!covered || port > entry->rule.high) {
            continue;
        }
        int32_t end = port < entry->rule.low ? entry->rule.low - 1 : entry->rule.high;
        *until = end < *until ? end : *until;
        if (port >= entry->rule.low) {
            granted = granted || !entry->deny;
            denied = denied || entry->deny;
        }
    }
    return granted && !denied;
}
