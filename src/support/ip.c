/* ip.c: the text of an IP address to its bytes, odd spellings included. */
#include "support/ip.h"

#include <stdio.h>

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif

static const uint8_t v4_prefix[12] = {[10] = 0xff, [11] = 0xff};

static int
digit_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return 16;
}

/* One part of an address as inet_aton reads it: 0x… is hexadecimal, 0… octal. Moves *at past it. */
static bool
read_part(fa_text text, size_t *at, uint32_t *value)
{
    size_t i = *at;
    int base = 10;
    if (i < text.length && text.bytes[i] == '0') {
        base = 8;
        if (i + 1 < text.length && (text.bytes[i + 1] == 'x' || text.bytes[i + 1] == 'X')) {
            base = 16;
            i += 2;
        }
    }
    size_t first = i;
    uint64_t sum = 0;
    for (; i < text.length && digit_value(text.bytes[i]) < base; i++) {
        sum = sum * (uint64_t)base + (uint64_t)digit_value(text.bytes[i]);
        if (sum > UINT32_MAX) {
            return false;
        }
    }
    *at = i;
    *value = (uint32_t)sum;
    return i > first;
}

/* One to four parts; the last one fills the bytes that are left. */
static bool
read_v4(fa_text text, uint32_t *address)
{
    uint32_t sum = 0;
    size_t at = 0;
    for (unsigned part = 0; part < 4; part++) {
        uint32_t value;
        if (!read_part(text, &at, &value)) {
            return false;
        }
        if (at == text.length) {
            unsigned bits = 8 * (4 - part);
            *address = sum | value;
            return bits == 32 || value < (uint32_t)1 << bits;
        }
        if (text.bytes[at] != '.' || value > 0xff) {
            return false;
        }
        at++;
        sum |= value << (24 - 8 * part);
    }
    return false;
}

/* Letters and digits of an interface's name, or its number. */
static bool
is_scope(fa_text scope)
{
    for (size_t i = 0; i < scope.length; i++) {
        char c = scope.bytes[i];
        if (c <= ' ' || c == 0x7f || c == '%' || c == '/' || c == ']') {
            return false;
        }
    }
    return scope.length > 0;
}

fa_ip_kind
fa_ip_read(fa_text text, uint8_t ip[16])
{
    char copy[FA_IP_TEXT];
    uint32_t v4;
    if (text.length > 0 && read_v4(text, &v4)) {
        memcpy(ip, v4_prefix, sizeof v4_prefix);
        for (unsigned i = 0; i < 4; i++) {
            ip[12 + i] = (uint8_t)(v4 >> (24 - 8 * i));
        }
        fa_ip_write(ip, copy);
        return fa_text_equal(text, (fa_text){copy, strlen(copy)}) ? FA_IP_PLAIN : FA_IP_ODD;
    }
    size_t length = text.length;
    const char *percent = length > 0 ? memchr(text.bytes, '%', length) : NULL;
    if (percent != NULL) {
        length = (size_t)(percent - text.bytes);
        if (!is_scope((fa_text){percent + 1, text.length - length - 1})) {
            return FA_IP_NONE;
        }
    }
    if (length == 0 || length >= sizeof copy || memchr(text.bytes, '\0', length) != NULL) {
        return FA_IP_NONE;
    }
    memcpy(copy, text.bytes, length);
    copy[length] = '\0';
    return inet_pton(AF_INET6, copy, ip) == 1 ? FA_IP_PLAIN : FA_IP_NONE;
}

bool
fa_ip_is_v4(const uint8_t ip[16])
{
    return memcmp(ip, v4_prefix, sizeof v4_prefix) == 0;
}

bool
fa_ip_is_any(const uint8_t ip[16])
{
    static const uint8_t zero[16];
    return memcmp(ip, zero, 16) == 0 || (fa_ip_is_v4(ip) && memcmp(ip + 12, zero, 4) == 0);
}

bool
fa_ip_same_prefix(const uint8_t a[16], const uint8_t b[16], unsigned bits)
{
    unsigned bytes = bits / 8;
    uint8_t mask = (uint8_t)(0xff << (8 - bits % 8));
    return memcmp(a, b, bytes) == 0 && (bits % 8 == 0 || ((a[bytes] ^ b[bytes]) & mask) == 0);
}

void
fa_ip_write(const uint8_t ip[16], char text[FA_IP_TEXT])
{
    if (fa_ip_is_v4(ip)) {
        snprintf(text, FA_IP_TEXT, "%u.%u.%u.%u", ip[12], ip[13], ip[14], ip[15]);
    }
    else if (inet_ntop(AF_INET6, ip, text, FA_IP_TEXT) == NULL) {
        text[0] = '\0';
    }
}
