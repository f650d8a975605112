/* test_address_text.c: addresses in policies are read as written, and mistakes say what would be right. */
#include "decide/address_rule.h"

#include "support/ip.h"
#include "test.h"

static bool
reads(const char *text, fa_address_kind kind, const char *shown, unsigned bits, int low, int high)
{
    fa_address_rule rule;
    char error[FA_ADDRESS_ERROR], ip[FA_IP_TEXT] = "";
    bool fine = fa_address_rule_read((fa_text){text, strlen(text)}, false, &rule, error);
    if (fine && kind == FA_ADDRESS_NET) {
        fa_ip_write(rule.ip, ip);
        rule.name = (fa_text){ip, strlen(ip)};
    }
    bool same = fine && rule.kind == kind && rule.bits == bits && rule.low == low &&
                rule.high == high &&
                fa_text_equal(rule.name, (fa_text){shown, strlen(shown)});
    if (!same) {
        fprintf(stderr, "%s: %s kind %d %.*s/%u %d-%d\n", text, fine ? "fine" : error, rule.kind,
                (int)rule.name.length, rule.name.bytes, rule.bits, rule.low, rule.high);
    }
    return same;
}

static void
test_every_form_is_read(void)
{
    EXPECT(reads("example.com:443", FA_ADDRESS_HOST, "example.com", 0, 443, 443), "host and port");
    EXPECT(reads("Example.COM.:443", FA_ADDRESS_HOST, "Example.COM", 0, 443, 443), "final dot");
    EXPECT(reads("a_b-c.d:8000-8999", FA_ADDRESS_HOST, "a_b-c.d", 0, 8000, 8999), "range");
    EXPECT(reads("localhost:*", FA_ADDRESS_HOST, "localhost", 0, 0, 65535), "every port");
    EXPECT(reads("*.example.com:443", FA_ADDRESS_SUFFIX, ".example.com", 0, 443, 443), "suffix");
    EXPECT(reads("*:53", FA_ADDRESS_ALL, "", 0, 53, 53), "every host");
    EXPECT(reads("127.0.0.1:0", FA_ADDRESS_NET, "127.0.0.1", 128, 0, 0), "an address, port 0");
    EXPECT(reads("[::1]:80", FA_ADDRESS_NET, "::1", 128, 80, 80), "v6");
    EXPECT(reads("[::ffff:10.0.0.1]:80", FA_ADDRESS_NET, "10.0.0.1", 128, 80, 80), "mapped");
    EXPECT(reads("10.0.0.0/8", FA_ADDRESS_NET, "10.0.0.0", 104, 0, 65535), "network");
    EXPECT(reads("10.0.0.0/8:443", FA_ADDRESS_NET, "10.0.0.0", 104, 443, 443), "network and port");
    EXPECT(reads("0.0.0.0/0", FA_ADDRESS_NET, "0.0.0.0", 96, 0, 65535), "all of IPv4");
    EXPECT(reads("fd00::/8", FA_ADDRESS_NET, "fd00::", 8, 0, 65535), "network of v6");
    EXPECT(reads("[fd00::/8]:443", FA_ADDRESS_NET, "fd00::", 8, 443, 443), "prefix in brackets");
    EXPECT(reads("[fd00::]/8:443", FA_ADDRESS_NET, "fd00::", 8, 443, 443), "prefix behind them");
    EXPECT(reads("fd00::/8:443", FA_ADDRESS_NET, "fd00::", 8, 443, 443), "prefix without them");
    EXPECT(reads("::/0", FA_ADDRESS_NET, "::", 0, 0, 65535), "all of IPv6");
    EXPECT(reads("unix:/run/x.sock", FA_ADDRESS_UNIX, "/run/x.sock", 0, 0, 65535), "unix");
    EXPECT(reads("unix:@name", FA_ADDRESS_ABSTRACT, "name", 0, 0, 65535), "abstract");
}

static void
test_mistakes_say_what_would_be_right(void)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "empty"},
        {"example.com", "'example.com:443'"},
        {"example.com:", "missing port"},
        {"10.0.0.1", "'10.0.0.1:*'"},
        {"::1", "'[::1]:443'"},
        {"[::1]", "'[::1]:*'"},
        {"::1:80", "missing port"}, /* an address of its own: brackets say which is meant */
        {"a:99999", "port 99999 is too high"},
        {"a:65536", "65535"},
        {"a:99999999999999999999", "no port"},
        {"a:9000-80", "'80-9000'"},
        {"a:80-", "no port"},
        {"a:-80", "no port"},
        {"a:+80", "no port"},
        {"a: 80", "no port"},
        {"a:https", "write 443"},
        {"a:http", "write 80"},
        {"a:ssh", "a number up to 65535"},
        {":80", "host is missing"},
        {"10.0.0.1/8", "'10.0.0.0/8'"},
        {"10.0.0.0/33", "up to 32"},
        {"10.0.0.0/x", "up to 32"},
        {"10.0.0.0/", "up to 32"},
        {"10.0.0.0/-1", "up to 32"},
        {"fd00::1/8", "'fd00::/8'"},
        {"fd00::/129", "up to 128"},
        {"10.0.0.0/8:", "missing port"},
        {"example.com/8", "only an IP address"},
        {"example.com/x:80", "only an IP address"},
        {"256.0.0.1:80", "no IPv4 address"},
        {"1.2.3.4.5:80", "no IPv4 address"},
        {"127.1:80", "127.0.0.1"},
        {"0x7f.1:80", "127.0.0.1"},
        {"2130706433:80", "127.0.0.1"},
        {"[fe80::1%eth0]:80", "scope"},
        {"[1.2.3.4]:80", "brackets are for IPv6"},
        {"[::1:80", "']'"},
        {"[::1]80", "after ']'"},
        {"[::g]:80", "brackets are for IPv6"},
        {"[::1]/128/8:80", "up to 128"},
        {"[fd00::/8]/8", "after ']'"},
        {"a:b:80", "brackets"},
        {"https://example.com/x", "'example.com:443'"},
        {"http://example.com", "'example.com:80'"},
        {"https://example.com:8443/x", "'example.com:8443'"},
        {"exa*mple.com:80", "'*.example.com'"},
        {"*example.com:80", "'*.example.com'"},
        {"*.*.com:80", "'*.example.com'"},
        {"*.:80", "first part"},
        {"a..b:80", "empty part"},
        {".a:80", "empty part"},
        {"a b:80", "no host's name has"},
        {"b\xc3\xbc" "cher.de:80", "IDNA"},
        {"unix:", "names no socket"},
        {"unix:@", "names no socket"},
        {"unix:x.sock", "names no socket"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fa_address_rule rule;
        char error[FA_ADDRESS_ERROR];
        fa_text text = {cases[i].text, strlen(cases[i].text)};
        bool fine = fa_address_rule_read(text, false, &rule, error);
        EXPECT(!fine, cases[i].text);
        EXPECT(fine || strstr(error, cases[i].says) != NULL, error);
    }
}

static void
test_a_port_may_be_missing_where_none_is_asked(void)
{
    static const char *const texts[] = {"example.com", "10.0.0.1", "::1", "[::1]", "*", "*.a.b"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        fa_address_rule rule;
        char error[FA_ADDRESS_ERROR];
        fa_text text = {texts[i], strlen(texts[i])};
        EXPECT(fa_address_rule_read(text, true, &rule, error) && rule.low == 0 &&
               rule.high == 65535, texts[i]);
        EXPECT(!fa_address_rule_read(text, false, &rule, error), texts[i]);
    }
    fa_address_rule rule;
    char error[FA_ADDRESS_ERROR];
    EXPECT(!fa_address_rule_read(FA_TEXT("a:"), true, &rule, error), "a colon asks for a port");
}

static void
test_any_bytes_are_read_or_refused(void)
{
    static const char letters[] = "a1:/[]*.-%u@\0 x";
    unsigned seed = 1;
    for (int round = 0; round < 300000; round++) {
        char text[14];
        seed = seed * 1103515245u + 12345u;
        size_t length = (seed >> 16) % sizeof text;
        for (size_t i = 0; i < length; i++) {
            seed = seed * 1103515245u + 12345u;
            text[i] = letters[(seed >> 16) % (sizeof letters - 1)];
        }
        fa_address_rule rule;
        char error[FA_ADDRESS_ERROR];
        bool fine = fa_address_rule_read((fa_text){text, length}, round % 2, &rule, error);
        EXPECT(fine == (error[0] == '\0'), "a refusal has a message, and nothing else has one");
        EXPECT(!fine || rule.low <= rule.high, "ports are in order");
    }
}

int
main(void)
{
    test_every_form_is_read();
    test_mistakes_say_what_would_be_right();
    test_a_port_may_be_missing_where_none_is_asked();
    test_any_bytes_are_read_or_refused();
    return test_result();
}
