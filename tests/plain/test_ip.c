/* test_ip.c: every spelling of an address is reduced to the bytes it means. */
#include "support/ip.h"

#include "test.h"

static bool
reads(const char *text, fa_ip_kind kind, const char *usual)
{
    uint8_t ip[16] = {0};
    char written[FA_IP_TEXT] = "";
    fa_ip_kind found = fa_ip_read((fa_text){text, strlen(text)}, ip);
    if (found != FA_IP_NONE) {
        fa_ip_write(ip, written);
    }
    if (found != kind || strcmp(written, usual) != 0) {
        fprintf(stderr, "%s: kind %d, %s\n", text, (int)found, written);
        return false;
    }
    return true;
}

static void
test_spellings_reduce_to_the_address_they_mean(void)
{
    EXPECT(reads("127.0.0.1", FA_IP_PLAIN, "127.0.0.1"), "dotted");
    EXPECT(reads("127.1", FA_IP_ODD, "127.0.0.1"), "two parts");
    EXPECT(reads("127.0.1", FA_IP_ODD, "127.0.0.1"), "three parts");
    EXPECT(reads("0x7f.1", FA_IP_ODD, "127.0.0.1"), "hexadecimal part");
    EXPECT(reads("0X7F000001", FA_IP_ODD, "127.0.0.1"), "one hexadecimal number");
    EXPECT(reads("2130706433", FA_IP_ODD, "127.0.0.1"), "one decimal number");
    EXPECT(reads("0177.0.0.01", FA_IP_ODD, "127.0.0.1"), "octal parts");
    EXPECT(reads("0", FA_IP_ODD, "0.0.0.0"), "zero");
    EXPECT(reads("4294967295", FA_IP_ODD, "255.255.255.255"), "the greatest number");
    EXPECT(reads("10.16777215", FA_IP_ODD, "10.255.255.255"), "the greatest last of two parts");
    EXPECT(reads("::1", FA_IP_PLAIN, "::1"), "v6");
    EXPECT(reads("::ffff:10.0.0.1", FA_IP_PLAIN, "10.0.0.1"), "a mapped address is IPv4");
    EXPECT(reads("::ffff:a00:1", FA_IP_PLAIN, "10.0.0.1"), "a mapped address in hexadecimal is IPv4");
    EXPECT(reads("fe80::1%eth0", FA_IP_PLAIN, "fe80::1"), "a scope id is left out");
    EXPECT(reads("FE80:0:0:0:0:0:0:1%2", FA_IP_PLAIN, "fe80::1"), "long form with a number as scope");
}

static void
test_what_is_no_address_is_a_name(void)
{
    static const char *const names[] = {
        "", "example.com", "256.0.0.1", "1.2.3.4.5", "1.2.3.", ".1", "1..2", "08", "0x", "0xg",
        "4294967296", "10.16777216", "1.2.3.4 ", "1.2.3.4 x", "127.0.0.1%lo", "::1%", "::1%a b",
        "[::1]", "1:2", ":", "-1", "+1", "99999999999999999999999999999999",
        "1111111111111111111111111111111111111111111111111111111111111111111111111111111111",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        EXPECT(reads(names[i], FA_IP_NONE, ""), names[i]);
    }
    uint8_t ip[16];
    EXPECT(fa_ip_read((fa_text){"::1\0x", 5}, ip) == FA_IP_NONE, "a NUL ends no address");
}

static void
test_prefixes_compare_bits(void)
{
    uint8_t a[16], b[16];
    fa_ip_read(FA_TEXT("10.0.0.0"), a);
    fa_ip_read(FA_TEXT("10.128.0.0"), b);
    EXPECT(fa_ip_same_prefix(a, b, 96 + 8), "equal bytes");
    EXPECT(!fa_ip_same_prefix(a, b, 96 + 9), "the ninth bit differs");
    EXPECT(fa_ip_same_prefix(a, a, 128) && fa_ip_same_prefix(a, b, 0), "all bits, no bits");
}

int
main(void)
{
    test_spellings_reduce_to_the_address_they_mean();
    test_what_is_no_address_is_a_name();
    test_prefixes_compare_bits();
    return test_result();
}
