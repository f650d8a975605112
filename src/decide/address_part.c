/* address_part.c: what the readers of an address share: slices, numbers, ports, messages. */
#include "decide/address_part.h"

#include <stdarg.h>
#include <stdio.h>

bool
fa_address_part_mistake(char error[FA_ADDRESS_ERROR], const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(error, FA_ADDRESS_ERROR, format, values);
    va_end(values);
    return false;
}

fa_text
fa_address_part_slice(fa_text text, size_t from, size_t to)
{
    return (fa_text){text.bytes + from, to - from};
}

size_t
fa_address_part_find(fa_text text, char wanted, size_t from)
{
    for (; from < text.length; from++) {
        if (text.bytes[from] == wanted) {
            break;
        }
    }
    return from;
}

bool
fa_address_part_number(fa_text text, uint32_t most, uint32_t *number)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9' || sum > UINT32_MAX) {
            return false;
        }
        sum = sum * 10 + (uint64_t)(text.bytes[i] - '0');
    }
    *number = sum > UINT32_MAX ? UINT32_MAX : (uint32_t)sum;
    return text.length > 0 && sum <= most;
}

bool
fa_address_part_is_digits(fa_text text)
{
    uint32_t ignored;
    return text.length > 0 && text.length < 10 && fa_address_part_number(text, UINT32_MAX, &ignored);
}

static bool
read_one_port(fa_text text, uint32_t *port, char error[FA_ADDRESS_ERROR])
{
    if (fa_address_part_number(text, 65535, port)) {
        return true;
    }
    if (fa_address_part_is_digits(text)) {
        return fa_address_part_mistake(error, "port %.*s is too high: the last one is 65535", SHOW(text));
    }
    if (fa_text_equal(text, FA_TEXT("https")) || fa_text_equal(text, FA_TEXT("http"))) {
        return fa_address_part_mistake(error, QUOTE " is no port: write %d", SHOW(text), text.length == 5 ? 443 : 80);
    }
    return fa_address_part_mistake(error, QUOTE " is no port: write a number up to 65535, a range such as "
                   "'8000-8999', or '*' for every port", SHOW(text));
}

bool
fa_address_part_ports(fa_text text, fa_address_rule *rule, char error[FA_ADDRESS_ERROR])
{
    uint32_t low, high;
    if (fa_text_equal(text, FA_TEXT("*"))) {
        rule->low = 0;
        rule->high = 65535;
        return true;
    }
    size_t hyphen = fa_address_part_find(text, '-', 0);
    if (!read_one_port(fa_address_part_slice(text, 0, hyphen), &low, error)) {
        return false;
    }
    high = low;
    if (hyphen < text.length &&
        !read_one_port(fa_address_part_slice(text, hyphen + 1, text.length), &high, error)) {
        return false;
    }
    if (high < low) {
        return fa_address_part_mistake(error, "the range " QUOTE " is reversed: write '%u-%u'", SHOW(text),
                       (unsigned)high, (unsigned)low);
    }
    rule->low = (uint16_t)low;
    rule->high = (uint16_t)high;
    return true;
}
