/* fuzz_address.c: texts of addresses, hosts and ports against the C library and a look at each bit. */
#define _GNU_SOURCE
#include <arpa/inet.h>

#include "decide/address_rule.h"
#include "decide/host.h"
#include "feed.h"
#include "support/ip.h"

enum { MOST = 100 };

static const char *const words[] = {
    "127.0.0.1", "::1", "[", "]", ":", "/", "*", "*.", "example.com", "localhost", "unix:", "unix:@", "-",
    "0x7f.1", "2130706433", "0177.0.0.1", "::ffff:1.2.3.4", "fe80::1%eth0", "%", "443", "65535", "65536",
    "8000-8999", ".", "\xc3\xa9", "xn--e1a", "<broadcast>", "http://", "10.0.0.0/8", "/128", "a", "1.2.3.4",
};

static fa_text
feed_address(feed *from)
{
    if (feed_bool(from)) {
        return feed_raw(from, MOST);
    }
    char *bytes = feed_take(from, MOST);
    size_t length = 0;
    for (unsigned count = feed_below(from, 6); count > 0; count--) {
        const char *word = words[feed_below(from, sizeof words / sizeof *words)];
        size_t more = strlen(word);
        memcpy(bytes + length, word, more);
        length += more;
    }
    char *exact = feed_take(from, length);
    memcpy(exact, bytes, length);
    return (fa_text){exact, length};
}

static bool
is_text(fa_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        if ((unsigned char)text.bytes[i] <= ' ') {
            return false; /* inet_aton() takes what follows a space for a comment */
        }
    }
    return text.length > 0;
}

static void
check_ip(fa_text text)
{
    uint8_t ip[16], again[16], expected[16] = {[10] = 0xff, [11] = 0xff};
    char copy[MOST + 1], written[FA_IP_TEXT];
    fa_ip_kind kind = fa_ip_read(text, ip);

    if (kind != FA_IP_NONE) {
        fa_ip_write(ip, written);
        fa_text spelled = {written, strlen(written)};
        MUST(spelled.length > 0, "an address can be written");
        MUST(fa_ip_read(spelled, again) == FA_IP_PLAIN && memcmp(ip, again, 16) == 0,
             "what is written reads as the same address");
        MUST(fa_ip_is_v4(ip) || fa_ip_is_any(ip) == (fa_text_equal(spelled, FA_TEXT("::"))), "any is ::");
    }
    if (!is_text(text)) {
        MUST(kind == FA_IP_NONE || memchr(text.bytes, '%', text.length) == NULL, "no scope holds a control");
        return;
    }
    memcpy(copy, text.bytes, text.length);
    copy[text.length] = '\0';
    struct in_addr v4;
    if (inet_pton(AF_INET, copy, expected + 12) == 1) {
        MUST(kind == FA_IP_PLAIN && memcmp(ip, expected, 16) == 0, "inet_pton's IPv4 is the usual spelling");
    }
    if (inet_aton(copy, &v4) != 0) {
        memcpy(expected + 12, &v4, 4);
        MUST(kind != FA_IP_NONE && memcmp(ip, expected, 16) == 0, "what inet_aton takes is an address");
        return;
    }
    char *percent = strchr(copy, '%');
    if (percent != NULL && percent[1] != '\0') {
        *percent = '\0';
    }
    bool v6 = inet_pton(AF_INET6, copy, expected) == 1;
    MUST(v6 || kind == FA_IP_NONE, "no other text is an address");
    if (v6 && percent == NULL) {
        MUST(kind == FA_IP_PLAIN && memcmp(ip, expected, 16) == 0, "inet_pton's IPv6 is an address");
    }
}

static void
check_prefix(feed *from)
{
    uint8_t a[16], b[16];
    unsigned bits = feed_below(from, 129), flip = feed_below(from, 129);
    for (int i = 0; i < 16; i++) {
        a[i] = b[i] = feed_byte(from);
    }
    if (flip < 128) {
        b[flip / 8] ^= (uint8_t)(0x80 >> flip % 8);
    }
    MUST(fa_ip_same_prefix(a, b, bits) == (flip >= bits), "a prefix is its bits and no others");
}

static void
check_host(fa_text text)
{
    fa_host host, again;
    fa_host_read(text, &host);
    MUST(host.name.length == 0 || host.name.bytes == text.bytes || host.name.length < FA_HOST_BYTES,
         "an encoded name fits");
    bool ascii = true;
    for (size_t i = 0; i < host.name.length; i++) {
        ascii = ascii && (unsigned char)host.name.bytes[i] < 0x80;
    }
    MUST(ascii, "rules compare ASCII");
    if (host.name.length > 0) {
        fa_host_read(host.name, &again);
        MUST(fa_text_equal(again.name, host.name), "a name that is encoded stays as it is");
    }
}

static void
check_rule(fa_text text, feed *from)
{
    fa_address_rule rule, wider;
    char error[FA_ADDRESS_ERROR];
    memset(error, 'x', sizeof error);
    bool good = fa_address_rule_read(text, false, &rule, error);
    MUST(memchr(error, '\0', sizeof error) != NULL, "a message ends within its room");
    MUST(good == (error[0] == '\0'), "exactly a mistake has a message");
    char other[FA_ADDRESS_ERROR];
    bool optional = fa_address_rule_read(text, true, &wider, other);
    MUST(!good || optional, "what needs no leave is good with it");
    if (!good) {
        return;
    }
    MUST(rule.kind == wider.kind && rule.low == wider.low && rule.high == wider.high, "and means the same");
    MUST(rule.low <= rule.high && rule.bits <= 128, "ports and prefix are in range");
    MUST(rule.name.length == 0 ||
             (rule.name.bytes >= text.bytes && rule.name.bytes + rule.name.length <= text.bytes + text.length),
         "a name lies in the text");
    fa_text name = feed_address(from);
    uint8_t ip[16];
    int32_t port = (int32_t)feed_number(from) % 70000;
    bool has_ip = fa_ip_read(name, ip) != FA_IP_NONE;
    MUST(!has_ip || !fa_address_rule_has_ip(&rule, ip, false) || fa_address_rule_has_ip(&rule, ip, true),
         "a denial covers what a grant covers");
    MUST(!fa_address_rule_has_port(&rule, port, false) || fa_address_rule_has_port(&rule, port, true),
         "ports too");
    MUST(port < 0 || fa_address_rule_has_port(&rule, port, false) == (rule.low <= port && port <= rule.high),
         "ports are a range");
    if (rule.kind == FA_ADDRESS_HOST) {
        MUST(fa_address_rule_has_name(&rule, rule.name), "a host's rule covers the host");
    }
    if (rule.kind == FA_ADDRESS_NET) {
        MUST(fa_address_rule_has_ip(&rule, rule.ip, false), "a network covers its address");
    }
    (void)fa_address_rule_has_name(&rule, name);
    (void)fa_address_rule_has_path(&rule, name, feed_bool(from));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    feed from = {.bytes = data, .left = size};
    fa_text text = feed_address(&from);
    check_ip(text);
    check_host(text);
    check_prefix(&from);
    check_rule(text, &from);
    feed_end(&from);
    return 0;
}
