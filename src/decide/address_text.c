/* address_text.c: the text of an address in a policy to a rule, or to a sentence that helps. */
#include "decide/address_rule.h"

#include "decide/address_part.h"
#include "support/ip.h"

/* The prefix after an address: at most 32 or 128 bits, and no bit of the address beyond it. */
static bool
read_prefix(fa_text text, fa_text bits_text, fa_address_rule *rule, char error[FA_ADDRESS_ERROR])
{
    bool v4 = fa_ip_is_v4(rule->ip) && memchr(text.bytes, ':', text.length) == NULL;
    uint32_t most = v4 ? 32 : 128;
    uint32_t bits;
    if (!fa_address_part_number(bits_text, most, &bits)) {
        return fa_address_part_mistake(error, QUOTE " is no prefix of " QUOTE ": write a number of bits up to %u",
                       SHOW(bits_text), SHOW(text), (unsigned)most);
    }
    rule->bits = (uint8_t)(bits + 128 - most);
    uint8_t network[16];
    for (unsigned i = 0; i < 16; i++) {
        unsigned kept = rule->bits <= i * 8 ? 0 : rule->bits - i * 8 > 8 ? 8 : rule->bits - i * 8;
        network[i] = (uint8_t)(rule->ip[i] & (0xff << (8 - kept)));
    }
    if (memcmp(network, rule->ip, 16) != 0) {
        char right[FA_IP_TEXT];
        fa_ip_write(network, right);
        return fa_address_part_mistake(error, QUOTE " has bits beyond its prefix of %u: write '%s/%u', or prefix "
                       "%u for the one address", SHOW(text), (unsigned)bits, right,
                       (unsigned)bits, (unsigned)most);
    }
    return true;
}

/* What may be a host's name: letters, digits, hyphens, underscores; no empty label. */
static bool
check_name(fa_text host, char error[FA_ADDRESS_ERROR])
{
    size_t label = 0;
    for (size_t i = 0; i <= host.length; i++) {
        unsigned char c = i < host.length ? (unsigned char)host.bytes[i] : '.';
        if (c == '.') {
            if (i == label) {
                return fa_address_part_mistake(error, "the host " QUOTE " has an empty part", SHOW(host));
            }
            if (i - label > 63) {
                return fa_address_part_mistake(error, "a part of the host " QUOTE " is longer than 63 bytes",
                               SHOW(host));
            }
            if (i == host.length && fa_address_part_is_digits(fa_address_part_slice(host, label, i))) {
                return fa_address_part_mistake(error, QUOTE " is no IPv4 address and no host", SHOW(host));
            }
            label = i + 1;
        }
        else if (c == '*' || c == '?' || c == '[') {
            return fa_address_part_mistake(error, "in " QUOTE " a wildcard may only be the whole host, '*', or its "
                           "first part, as in '*.example.com'", SHOW(host));
        }
        else if (c >= 0x80) {
            return fa_address_part_mistake(error, "the host " QUOTE " is not in its ASCII form (IDNA)", SHOW(host));
        }
        else if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '-' || c == '_')) {
            return fa_address_part_mistake(error, QUOTE " has a character that no host's name has", SHOW(host));
        }
    }
    return host.length <= 253 || fa_address_part_mistake(error, "the host " QUOTE " is longer than 253 bytes",
                                         SHOW(host));
}

static bool
read_host(fa_text host, fa_address_rule *rule, char error[FA_ADDRESS_ERROR])
{
    if (fa_text_equal(host, FA_TEXT("*"))) {
        rule->kind = FA_ADDRESS_ALL;
        return true;
    }
    fa_ip_kind kind = fa_ip_read(host, rule->ip);
    if (kind == FA_IP_ODD) {
        char usual[FA_IP_TEXT];
        fa_ip_write(rule->ip, usual);
        return fa_address_part_mistake(error, QUOTE " is an odd spelling of %s: write that", SHOW(host), usual);
    }
    if (kind == FA_IP_PLAIN) {
        if (memchr(host.bytes, '%', host.length) != NULL) {
            return fa_address_part_mistake(error, QUOTE " has a scope, which rules leave out: write it without "
                           "'%%' and what follows", SHOW(host));
        }
        rule->kind = FA_ADDRESS_NET;
        rule->bits = 128;
        return true;
    }
    rule->kind = FA_ADDRESS_HOST;
    rule->name = host;
    if (host.length > 1 && host.bytes[host.length - 1] == '.') {
        rule->name.length--;
    }
    fa_text checked = rule->name;
    if (host.length > 2 && host.bytes[0] == '*' && host.bytes[1] == '.') {
        rule->kind = FA_ADDRESS_SUFFIX;
        rule->name = fa_address_part_slice(rule->name, 1, rule->name.length);
        checked = fa_address_part_slice(rule->name, 1, rule->name.length);
    }
    return check_name(checked, error);
}

static bool
read_unix(fa_text rest, fa_address_rule *rule, char error[FA_ADDRESS_ERROR])
{
    rule->high = 65535;
    if (rest.length > 1 && rest.bytes[0] == '@') {
        rule->kind = FA_ADDRESS_ABSTRACT;
        rule->name = fa_address_part_slice(rest, 1, rest.length);
        return true;
    }
    if (rest.length > 1 && (rest.bytes[0] == '/' ||
                            (rest.length > 3 && memcmp(rest.bytes, "**/", 3) == 0))) {
        rule->kind = FA_ADDRESS_UNIX;
        rule->name = rest;
        return true;
    }
    return fa_address_part_mistake(error, "'unix:%.*s' names no socket: write 'unix:/run/app.sock', or "
                   "'unix:@name' for an abstract one", SHOW(rest));
}

static bool
missing_port(fa_text host, const fa_address_rule *rule, char error[FA_ADDRESS_ERROR])
{
    if (rule->kind != FA_ADDRESS_NET) {
        return fa_address_part_mistake(error, "missing port: write '%.*s:443' with the port you need, or '%.*s:*' "
                       "for every port", SHOW(host), SHOW(host));
    }
    bool v6 = memchr(host.bytes, ':', host.length) != NULL;
    const char *open = v6 ? "[" : "", *close = v6 ? "]" : "";
    return fa_address_part_mistake(error, "missing port: write '%s%.*s%s:443' with the port you need, or "
                   "'%s%.*s%s:*' for every port", open, SHOW(host), close, open, SHOW(host), close);
}

static bool
is_url(fa_text text, char error[FA_ADDRESS_ERROR])
{
    size_t colon = fa_address_part_find(text, ':', 0);
    if (colon + 2 >= text.length || memcmp(text.bytes + colon, "://", 3) != 0) {
        return false;
    }
    fa_text scheme = fa_address_part_slice(text, 0, colon);
    fa_text host = fa_address_part_slice(text, colon + 3, fa_address_part_find(text, '/', colon + 3));
    bool has_port = fa_address_part_find(host, ':', 0) < host.length;
    const char *port = has_port ? "" : fa_text_equal(scheme, FA_TEXT("http")) ? ":80" : ":443";
    fa_address_part_mistake(error, QUOTE " is a URL: write '%.*s%s'", SHOW(text), SHOW(host), port);
    return true;
}

/* The parts of an address, as written. */
typedef struct parts {
    fa_text host, prefix, port;
    bool bracketed, has_prefix, has_port;
} parts;

/* host, [host], /prefix outside or inside the brackets, :port. */
static bool
split(fa_text text, parts *found, char error[FA_ADDRESS_ERROR])
{
    *found = (parts){.bracketed = text.bytes[0] == '['};
    fa_text rest;
    if (found->bracketed) {
        size_t end = fa_address_part_find(text, ']', 0);
        if (end == text.length) {
            return fa_address_part_mistake(error, QUOTE " lacks a ']'", SHOW(text));
        }
        fa_text inside = fa_address_part_slice(text, 1, end);
        size_t slash = fa_address_part_find(inside, '/', 0);
        found->host = fa_address_part_slice(inside, 0, slash);
        found->has_prefix = slash < inside.length;
        if (found->has_prefix) {
            found->prefix = fa_address_part_slice(inside, slash + 1, inside.length);
        }
        rest = fa_address_part_slice(text, end + 1, text.length);
    }
    else {
        size_t slash = fa_address_part_find(text, '/', 0);
        size_t colon = fa_address_part_find(text, ':', 0);
        bool many = colon < slash && fa_address_part_find(text, ':', colon + 1) < slash;
        size_t end = many || slash < colon ? slash : colon;
        found->host = fa_address_part_slice(text, 0, end);
        rest = fa_address_part_slice(text, end, text.length);
        uint8_t ignored[16];
        if (many && fa_ip_read(found->host, ignored) == FA_IP_NONE) {
            return fa_address_part_mistake(error, QUOTE " has more than one colon: write 'host:port', and an IPv6 "
                           "address in brackets, as in '[::1]:443'", SHOW(text));
        }
    }
    if (rest.length > 0 && rest.bytes[0] == '/' && !found->has_prefix) {
        size_t colon = fa_address_part_find(rest, ':', 0);
        found->has_prefix = true;
        found->prefix = fa_address_part_slice(rest, 1, colon);
        rest = fa_address_part_slice(rest, colon, rest.length);
    }
    if (rest.length > 0 && rest.bytes[0] == ':') {
        found->has_port = rest.length > 1;
        found->port = fa_address_part_slice(rest, 1, rest.length);
        return true;
    }
    return rest.length == 0 ||
           fa_address_part_mistake(error, QUOTE " has something after ']' that is no port", SHOW(text));
}

bool
fa_address_rule_read(fa_text text, bool port_optional, fa_address_rule *rule,
                     char error[FA_ADDRESS_ERROR])
{
    *rule = (fa_address_rule){0};
    error[0] = '\0';
    if (text.length == 0) {
        return fa_address_part_mistake(error, "the address is empty: write 'host:port'");
    }
    if (memchr(text.bytes, '\0', text.length) != NULL) {
        return fa_address_part_mistake(error, "an address cannot hold a NUL character");
    }
    if (text.length >= 5 && memcmp(text.bytes, "unix:", 5) == 0) {
        return read_unix(fa_address_part_slice(text, 5, text.length), rule, error);
    }
    parts found;
    if (is_url(text, error) || !split(text, &found, error)) {
        return false;
    }
    if (found.host.length == 0) {
        return fa_address_part_mistake(error, "the host is missing in " QUOTE ": '*' stands for every host",
                       SHOW(text));
    }
    if (found.bracketed && (memchr(found.host.bytes, ':', found.host.length) == NULL ||
                            fa_ip_read(found.host, rule->ip) == FA_IP_NONE)) {
        return fa_address_part_mistake(error, "brackets are for IPv6 addresses: " QUOTE " is none",
                       SHOW(found.host));
    }
    if (!read_host(found.host, rule, error)) {
        return false;
    }
    if (found.has_prefix) {
        if (rule->kind != FA_ADDRESS_NET) {
            return fa_address_part_mistake(error, "only an IP address takes a prefix: " QUOTE, SHOW(text));
        }
        if (!read_prefix(found.host, found.prefix, rule, error)) {
            return false;
        }
    }
    if (found.has_port) {
        return fa_address_part_ports(found.port, rule, error);
    }
    rule->high = 65535;
    bool bare = found.host.length == text.length || found.bracketed;
    if (found.port.bytes == NULL && (found.has_prefix || (port_optional && bare))) {
        return true;
    }
    return missing_port(found.host, rule, error);
}
