/* test_addresses.c: sockets and look-ups reach what the policy grants, and nothing else. */
#include "decide/addresses.h"

#include "decide/decide.h"
#include "support/ip.h"
#include "test.h"

enum { CONNECT = FA_BIT(FA_CONNECT), LISTEN = FA_BIT(FA_LISTEN), RESOLVE = FA_BIT(FA_RESOLVE) };

/* A policy in the making: entries, and the check over them. */
typedef struct policy {
    fa_arena arena;
    fa_address_entry entries[8];
    size_t count;
    fa_rights everywhere, nowhere;
} policy;

static void
add(policy *made, fa_rights rights, const char *text, bool deny, bool quiet)
{
    char error[FA_ADDRESS_ERROR];
    fa_address_entry *entry = &made->entries[made->count++];
    *entry = (fa_address_entry){.written = {text, strlen(text)}, .rights = rights, .deny = deny,
                                .quiet = quiet};
    bool fine = fa_address_rule_read(entry->written, true, &entry->rule, error);
    EXPECT(fine, error);
}

static void
grant(policy *made, fa_rights rights, const char *text)
{
    add(made, rights, text, false, false);
}

static void
deny(policy *made, fa_rights rights, const char *text)
{
    add(made, rights, text, true, false);
}

static fa_verdict
judge(policy *made, fa_right right, uint16_t id, fa_address address)
{
    const fa_check *check = fa_addresses_new(&made->arena, made->entries, made->count,
                                             made->everywhere, made->nowhere);
    fa_event event = {.name = fa_event_rows[id].name, .id = id, .right = (uint8_t)right,
                      .shape = FA_SHAPE_ADDRESS, .as.address = address};
    return check->judge(check, &event);
}

/* As unpacking gives a host and a port: a literal in the usual spelling becomes its bytes. */
static fa_address
inet(const char *host, int port)
{
    fa_address address = {.family = FA_FAMILY_INET, .port = port, .stream = true};
    fa_text text = {host, strlen(host)};
    if (host[0] == '\0') {
        fa_ip_read(FA_TEXT("0.0.0.0"), address.ip);
        address.any = true;
    }
    else if (fa_ip_read(text, address.ip) == FA_IP_PLAIN) {
        address.any = fa_ip_is_any(address.ip);
    }
    else {
        address.host = text;
    }
    return address;
}

static bool
connects(policy *made, const char *host, int port)
{
    return judge(made, FA_CONNECT, FA_EVENT_SOCKET_CONNECT, inet(host, port)).outcome == FA_ALLOW;
}

static bool
binds(policy *made, const char *host, int port)
{
    return judge(made, FA_LISTEN, FA_EVENT_SOCKET_BIND, inet(host, port)).outcome == FA_ALLOW;
}

static bool
looks_up(policy *made, const char *host)
{
    return judge(made, FA_RESOLVE, FA_EVENT_SOCKET_GETADDRINFO, inet(host, 80)).outcome == FA_ALLOW;
}

static bool
looks_back(policy *made, const char *host)
{
    return judge(made, FA_RESOLVE, FA_EVENT_SOCKET_GETHOSTBYADDR, inet(host, -1)).outcome ==
           FA_ALLOW;
}

static void
test_connecting_needs_host_and_port(void)
{
    policy p = {0};
    grant(&p, CONNECT, "api.example.com:443");
    grant(&p, CONNECT, "*.cdn.net:80-81");
    grant(&p, CONNECT, "10.0.0.0/8");
    grant(&p, CONNECT, "[fd00::1]:53");
    EXPECT(connects(&p, "api.example.com", 443), "the granted host and port");
    EXPECT(connects(&p, "API.Example.COM.", 443), "case and a final dot make no difference");
    EXPECT(!connects(&p, "api.example.com", 80), "another port");
    EXPECT(!connects(&p, "example.com", 443), "a parent domain");
    EXPECT(!connects(&p, "x.api.example.com", 443), "a subdomain");
    EXPECT(connects(&p, "a.b.cdn.net", 81), "a suffix at any depth");
    EXPECT(!connects(&p, "cdn.net", 80), "the suffix itself");
    EXPECT(!connects(&p, "evilcdn.net", 80), "a name that merely ends alike");
    EXPECT(!connects(&p, "a.b.cdn.net", 82), "beyond the range");
    EXPECT(connects(&p, "10.200.0.1", 1), "an address of the network");
    EXPECT(connects(&p, "::ffff:10.1.2.3", 1), "the same as mapped IPv6");
    EXPECT(!connects(&p, "11.0.0.1", 1), "an address outside");
    EXPECT(connects(&p, "fd00::1%eth0", 53), "a scope makes no difference");
    EXPECT(!connects(&p, "fd00::2", 53), "another address");
    EXPECT(!connects(&p, "1.2.3.4 .cdn.net", 80), "what resolvers read as an address with garbage");
    EXPECT(!connects(&p, "10.0.0.1 x", 80), "an address with garbage is no address");
    fa_arena_free(&p.arena);
}

static void
test_odd_spellings_are_the_address_they_mean(void)
{
    policy p = {0};
    grant(&p, CONNECT, "*:80");
    deny(&p, CONNECT, "127.0.0.0/8");
    static const char *const loopback[] = {
        "127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "::ffff:127.0.0.1",
        "::ffff:7f00:1", "0.0.0.0", "0", "", "::", "localhost", "LOCALHOST.",
    };
    for (size_t i = 0; i < sizeof loopback / sizeof loopback[0]; i++) {
        EXPECT(!connects(&p, loopback[i], 80), loopback[i]);
    }
    EXPECT(connects(&p, "10.0.0.1", 80), "another address is granted");
    EXPECT(connects(&p, "0xa.1", 80), "in an odd spelling, too");
    EXPECT(!connects(&p, "example.com", 80), "a name may lead to the denied address");
    fa_arena_free(&p.arena);
}

static void
test_names_in_unicode_are_the_names_they_mean(void)
{
    policy p = {0};
    grant(&p, CONNECT, "xn--bcher-kva.de:443");
    EXPECT(connects(&p, "b\xc3\xbc" "cher.de", 443), "a name as users write it");
    EXPECT(!connects(&p, "b\xc3\xbc" "cher.de", 80), "at its port");
    EXPECT(!connects(&p, "bucher.de", 443), "another name");
    fa_arena_free(&p.arena);

    p = (policy){.everywhere = CONNECT};
    deny(&p, CONNECT, "evil.com:*");
    EXPECT(!connects(&p, "\xef\xbd\x85vil.com", 80) && !looks_up(&p, "\xef\xbd\x85vil.com"),
           "a denied name in fullwidth letters");
    EXPECT(!looks_up(&p, "e\\118il.com"), "a denied name with an escape");
    EXPECT(looks_up(&p, "b\xc3\xbc" "cher.de"), "a name that nothing maps is no other name");
    fa_arena_free(&p.arena);
}

static void
test_networks_of_v6_hold_no_v4(void)
{
    policy p = {0};
    grant(&p, CONNECT, "::/0");
    EXPECT(connects(&p, "2001:db8::1", 80), "an address of IPv6");
    EXPECT(!connects(&p, "10.0.0.1", 80), "an address of IPv4");
    EXPECT(!connects(&p, "::ffff:10.0.0.1", 80), "the same, mapped");
    fa_arena_free(&p.arena);
}

static void
test_deny_beats_every_grant(void)
{
    policy p = {.everywhere = CONNECT | LISTEN | RESOLVE};
    deny(&p, CONNECT, "169.254.169.254/32");
    deny(&p, CONNECT, "evil.com:*");
    deny(&p, RESOLVE, "*.secret.net");
    EXPECT(!connects(&p, "169.254.169.254", 80), "a denied address");
    EXPECT(!connects(&p, "0xa9fea9fe", 80), "a denied address in hexadecimal");
    EXPECT(connects(&p, "169.254.169.253", 80), "its neighbour");
    EXPECT(!connects(&p, "evil.com", 1) && !looks_up(&p, "evil.com"),
           "a name denied at every port is not looked up either");
    EXPECT(!looks_up(&p, "a.secret.net") && looks_up(&p, "secret.net"), "a denied look-up");
    fa_address address = inet("169.254.169.254", 80);
    fa_verdict verdict = judge(&p, FA_CONNECT, FA_EVENT_SOCKET_CONNECT, address);
    EXPECT(verdict.reason == FA_REASON_DENIED && verdict.rule != NULL &&
           strcmp(verdict.rule, "169.254.169.254/32") == 0, "the verdict names the rule");
    fa_arena_free(&p.arena);
}

static void
test_binding_the_wildcard_needs_a_wildcard_rule(void)
{
    policy p = {0};
    grant(&p, LISTEN, "127.0.0.1:*");
    EXPECT(binds(&p, "127.0.0.1", 0) && binds(&p, "127.0.0.1", 8000), "loopback");
    EXPECT(binds(&p, "localhost", 8000), "loopback by its name");
    EXPECT(!binds(&p, "", 8000) && !binds(&p, "0.0.0.0", 8000) && !binds(&p, "::", 8000),
           "the wildcard");
    EXPECT(!binds(&p, "10.0.0.1", 8000), "another address");
    fa_arena_free(&p.arena);

    p = (policy){0};
    grant(&p, LISTEN, "*:8000");
    EXPECT(binds(&p, "", 8000) && binds(&p, "::", 8000) && binds(&p, "127.0.0.1", 8000),
           "a wildcard rule covers all");
    EXPECT(!binds(&p, "", 8001), "at its port");
    fa_arena_free(&p.arena);

    p = (policy){0};
    grant(&p, LISTEN, "0.0.0.0:8000");
    EXPECT(binds(&p, "", 8000) && binds(&p, "0.0.0.0", 8000), "the wildcard of IPv4 as written");
    EXPECT(!binds(&p, "::", 8000), "not that of IPv6");
    fa_arena_free(&p.arena);

    p = (policy){.everywhere = LISTEN};
    deny(&p, LISTEN, "10.0.0.1:80");
    EXPECT(!binds(&p, "", 80) && !binds(&p, "::", 80), "the wildcard includes a denied address");
    EXPECT(binds(&p, "", 81) && binds(&p, "10.0.0.2", 80), "others are free");
    fa_arena_free(&p.arena);
}

static void
test_look_ups_follow_from_what_is_granted(void)
{
    policy p = {0};
    EXPECT(!looks_up(&p, "example.com") && !looks_back(&p, "10.0.0.1"), "nothing is granted");
    EXPECT(looks_up(&p, "10.0.0.1") && looks_up(&p, ""), "a literal address asks nobody");
    fa_arena_free(&p.arena);

    grant(&p, CONNECT, "example.com:443");
    grant(&p, CONNECT, "10.0.0.0/8");
    EXPECT(looks_up(&p, "example.com") && !looks_up(&p, "example.org"), "a host to connect to");
    EXPECT(looks_back(&p, "10.0.0.1") && !looks_back(&p, "11.0.0.1"), "an address to connect to");
    EXPECT(!looks_up(&p, "localhost"), "no loopback is granted");
    fa_arena_free(&p.arena);

    p = (policy){0};
    grant(&p, LISTEN, "127.0.0.1:8000");
    EXPECT(looks_up(&p, "localhost") && looks_back(&p, "127.0.0.1") && looks_back(&p, "0.0.0.0") &&
           looks_back(&p, "::1"), "what servers ask");
    EXPECT(!looks_up(&p, "example.com") && !looks_back(&p, "8.8.8.8"), "nothing else");
    fa_arena_free(&p.arena);

    p = (policy){0};
    grant(&p, RESOLVE, "example.com");
    EXPECT(looks_up(&p, "example.com") && !connects(&p, "example.com", 443), "looking up alone");
    fa_arena_free(&p.arena);

    p = (policy){0};
    grant(&p, CONNECT, "127.0.0.1:8000");
    EXPECT(looks_up(&p, "localhost") && connects(&p, "localhost", 8000), "localhost is loopback");
    fa_arena_free(&p.arena);
}

static bool
makes_socket(policy *made, fa_family family)
{
    fa_address address = {.family = (uint8_t)family, .port = -1};
    return judge(made, FA_SOCKET, FA_EVENT_SOCKET_NEW, address).outcome == FA_ALLOW;
}

static void
test_making_sockets_follows_from_the_network_granted(void)
{
    policy p = {0};
    EXPECT(makes_socket(&p, FA_FAMILY_UNIX), "socketpair always works");
    EXPECT(!makes_socket(&p, FA_FAMILY_INET) && !makes_socket(&p, FA_FAMILY_OTHER), "no network");
    grant(&p, CONNECT, "unix:/run/x.sock");
    EXPECT(!makes_socket(&p, FA_FAMILY_INET), "unix sockets are no network");
    grant(&p, CONNECT, "a:80");
    EXPECT(makes_socket(&p, FA_FAMILY_INET) && !makes_socket(&p, FA_FAMILY_OTHER), "internet");
    p.everywhere = FA_BIT(FA_SOCKET);
    EXPECT(makes_socket(&p, FA_FAMILY_OTHER), "every family");
    p.nowhere = FA_BIT(FA_SOCKET);
    EXPECT(!makes_socket(&p, FA_FAMILY_INET) && makes_socket(&p, FA_FAMILY_UNIX), "denied");
    fa_arena_free(&p.arena);
}

static void
test_unix_sockets_match_by_path(void)
{
    policy p = {0};
    grant(&p, CONNECT, "unix:/run/x.sock");
    grant(&p, CONNECT, "unix:/run/app/*.sock");
    grant(&p, CONNECT, "unix:@bus");
    fa_address address = {.family = FA_FAMILY_UNIX, .port = -1, .path = FA_TEXT("/run/x.sock")};
    uint16_t id = FA_EVENT_SOCKET_CONNECT;
    EXPECT(judge(&p, FA_CONNECT, id, address).outcome == FA_ALLOW, "the path itself");
    address.path = FA_TEXT("/run/app/a.sock");
    EXPECT(judge(&p, FA_CONNECT, id, address).outcome == FA_ALLOW, "a pattern");
    address.path = FA_TEXT("/run/app/b/a.sock");
    EXPECT(judge(&p, FA_CONNECT, id, address).outcome != FA_ALLOW, "a star stays in a folder");
    address.path = FA_TEXT("bus");
    EXPECT(judge(&p, FA_CONNECT, id, address).outcome != FA_ALLOW, "a path is no abstract name");
    address.family = FA_FAMILY_ABSTRACT;
    EXPECT(judge(&p, FA_CONNECT, id, address).outcome == FA_ALLOW, "an abstract name");
    address = inet("10.0.0.1", 80);
    EXPECT(judge(&p, FA_CONNECT, id, address).outcome != FA_ALLOW, "no internet address");
    p.everywhere = CONNECT;
    address = (fa_address){.family = FA_FAMILY_UNIX, .port = -1, .error = 40};
    EXPECT(judge(&p, FA_CONNECT, id, address).reason == FA_REASON_UNRESOLVABLE, "a loop of links");
    fa_arena_free(&p.arena);
}

static void
test_quiet_entries_grant_nothing(void)
{
    policy p = {0};
    add(&p, LISTEN, "[::1]:0", false, true);
    fa_verdict verdict = judge(&p, FA_LISTEN, FA_EVENT_SOCKET_BIND, inet("::1", 0));
    EXPECT(verdict.outcome == FA_QUIET, "a probe is refused quietly");
    verdict = judge(&p, FA_LISTEN, FA_EVENT_SOCKET_BIND, inet("::1", 80));
    EXPECT(verdict.outcome == FA_REFUSE && verdict.reason == FA_REASON_RIGHT_NOT_GRANTED, "no more");
    EXPECT(!makes_socket(&p, FA_FAMILY_INET) && !looks_up(&p, "localhost"), "nothing follows");
    fa_arena_free(&p.arena);
}

static void
test_events_without_an_address(void)
{
    policy p = {0};
    fa_address none = {.family = FA_FAMILY_NONE, .port = -1};
    EXPECT(judge(&p, FA_CONNECT, FA_EVENT_SOCKET_SENDMSG, none).outcome == FA_ALLOW,
           "a connected socket is a capability");
    EXPECT(judge(&p, FA_LISTEN, FA_EVENT_SOCKET_LISTEN, none).outcome != FA_ALLOW,
           "listening on what is not bound");
    fa_address unknown = inet("example.com", -1);
    grant(&p, CONNECT, "example.com:1-65535");
    EXPECT(judge(&p, FA_CONNECT, FA_EVENT_SOCKET_CONNECT, unknown).outcome != FA_ALLOW,
           "an unknown port needs every port");
    fa_arena_free(&p.arena);
}

/* The entries of a policy as a ruleset whose connections alone are judged. */
static fa_ruleset *
ruleset_of(policy *made)
{
    fa_ruleset *ruleset = fa_ruleset_new();
    ruleset->addresses = fa_addresses_new(&ruleset->arena, made->entries, made->count,
                                          made->everywhere, made->nowhere);
    ruleset->on[FA_EVENT_SOCKET_CONNECT] = ruleset->addresses;
    return ruleset;
}

static bool
reaches(const fa_ruleset *rules, const fa_learned *learned, const char *host, int port)
{
    fa_holder holder = {rules, learned, false};
    fa_event event = {.name = "socket.connect", .id = FA_EVENT_SOCKET_CONNECT, .right = FA_CONNECT,
                      .shape = FA_SHAPE_ADDRESS, .as.address = inet(host, port)};
    size_t at = 0;
    return fa_decide(&holder, 1, &event, &at).outcome == FA_ALLOW;
}

static bool
learns(const fa_ruleset *rules, fa_learned *learned, const char *host, const char *ip)
{
    uint8_t bytes[16];
    fa_ip_read((fa_text){ip, strlen(ip)}, bytes);
    return fa_decide_learn(rules, (fa_text){host, strlen(host)}, bytes, learned);
}

static void
test_addresses_of_a_granted_name_are_learned_for_its_ports(void)
{
    policy p = {0};
    grant(&p, CONNECT, "example.com:443");
    grant(&p, CONNECT, "example.com:8000-8999");
    deny(&p, CONNECT, "10.0.0.0/8");
    deny(&p, CONNECT, "example.com:8500");
    fa_ruleset *rules = ruleset_of(&p);
    fa_learned *learned = fa_learned_new();
    EXPECT(!reaches(rules, learned, "1.2.3.4", 443), "an address nobody asked for");
    EXPECT(learns(rules, learned, "Example.com", "1.2.3.4"), "learning works");
    EXPECT(reaches(rules, learned, "1.2.3.4", 443), "the address of the name");
    EXPECT(reaches(rules, learned, "::ffff:1.2.3.4", 8999), "its second range");
    EXPECT(!reaches(rules, learned, "1.2.3.4", 80), "at its ports alone");
    EXPECT(!reaches(rules, learned, "1.2.3.4", 8500), "a port denied to the name");
    EXPECT(!reaches(rules, learned, "1.2.3.5", 443), "no other address");
    EXPECT(learns(rules, learned, "example.org", "1.2.3.6"), "another name is no failure");
    EXPECT(!reaches(rules, learned, "1.2.3.6", 443), "and gives nothing");
    EXPECT(learns(rules, learned, "example.com", "10.0.0.1"), "a denied address is no failure");
    EXPECT(!reaches(rules, learned, "10.0.0.1", 443), "a deny rule beats what was learned");
    fa_learned_free(learned);
    fa_ruleset_drop(rules);
    fa_arena_free(&p.arena);
}

static void
test_an_intersection_learns_what_both_parts_grant(void)
{
    policy by_name = {0}, by_net = {0}, other = {0};
    grant(&by_name, CONNECT, "example.com:1-500");
    grant(&by_net, CONNECT, "10.0.0.0/8:400-600");
    grant(&other, CONNECT, "example.org:443");
    fa_ruleset *named = ruleset_of(&by_name), *net = ruleset_of(&by_net), *org = ruleset_of(&other);
    fa_ruleset *both = fa_ruleset_both(named, net), *never = fa_ruleset_both(named, org);
    fa_learned *learned = fa_learned_new(), *nothing = fa_learned_new();
    learns(both, learned, "example.com", "10.0.0.1");
    learns(both, learned, "example.com", "11.0.0.1");
    EXPECT(reaches(both, learned, "10.0.0.1", 443), "granted by name here, by network there");
    EXPECT(!reaches(both, learned, "10.0.0.1", 80) && !reaches(both, learned, "10.0.0.1", 550),
           "only where the ports meet");
    EXPECT(!reaches(both, learned, "11.0.0.1", 443), "outside the network");
    learns(never, nothing, "example.com", "10.0.0.1");
    EXPECT(!reaches(never, nothing, "10.0.0.1", 443), "one part grants another name");
    fa_learned_free(learned);
    fa_learned_free(nothing);
    fa_ruleset_drop(both);
    fa_ruleset_drop(never);
    fa_ruleset_drop(named);
    fa_ruleset_drop(net);
    fa_ruleset_drop(org);
}

int
main(void)
{
    test_connecting_needs_host_and_port();
    test_odd_spellings_are_the_address_they_mean();
    test_names_in_unicode_are_the_names_they_mean();
    test_networks_of_v6_hold_no_v4();
    test_deny_beats_every_grant();
    test_binding_the_wildcard_needs_a_wildcard_rule();
    test_look_ups_follow_from_what_is_granted();
    test_making_sockets_follows_from_the_network_granted();
    test_unix_sockets_match_by_path();
    test_quiet_entries_grant_nothing();
    test_events_without_an_address();
    test_addresses_of_a_granted_name_are_learned_for_its_ports();
    test_an_intersection_learns_what_both_parts_grant();
    return test_result();
}
