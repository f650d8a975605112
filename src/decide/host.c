/* host.c: a host's name as a program gives it to the one that rules compare. */
#include "decide/host.h"

#define LABEL_POINTS 63 /* characters of a label, at most */

/* Letters that no mapping changes: lower case, composed, of no compatibility form. Everything else that is
 * not ASCII is doubtful. */
static const struct {
    uint32_t first, last;
} unchanged[] = {
    {0xE0, 0xF6},     {0xF8, 0xFF},     /* Latin: à to ö, ø to ÿ */
    {0x3B1, 0x3C1},   {0x3C3, 0x3C9},   /* Greek without the final sigma */
    {0x430, 0x45F},                     /* Cyrillic */
    {0x5D0, 0x5EA},                     /* Hebrew */
    {0x621, 0x63A},   {0x641, 0x64A},   /* Arabic */
    {0xE01, 0xE30},                     /* Thai */
    {0x3041, 0x3096}, {0x30A1, 0x30FA}, /* Japanese syllables */
    {0x4E00, 0x9FA5}, {0xAC00, 0xD7A3}, /* Chinese characters, Korean syllables */
};

static bool
is_unchanged(uint32_t point)
{
    for (size_t i = 0; i < sizeof unchanged / sizeof unchanged[0]; i++) {
        if (unchanged[i].first <= point && point <= unchanged[i].last) {
            return true;
        }
    }
    return false;
}

static bool
is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

/* One character of UTF-8; false for what is none. Moves *at past it. */
static bool
read_point(fa_text text, size_t *at, uint32_t *point)
{
    unsigned char lead = (unsigned char)text.bytes[*at];
    unsigned more = lead < 0x80 ? 0 : lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || text.length - *at <= more) {
        return false;
    }
    uint32_t value = more == 0 ? lead : lead & (0x3Fu >> more);
    for (unsigned i = 1; i <= more; i++) {
        unsigned char next = (unsigned char)text.bytes[*at + i];
        if ((next & 0xC0) != 0x80) {
            return false;
        }
        value = value << 6 | (next & 0x3F);
    }
    *at += more + 1;
    *point = value;
    return true;
}

/* What is being written; `full` once something did not fit. */
typedef struct output {
    char *bytes;
    size_t length;
    bool full;
} output;

static void
put(output *out, char c)
{
    if (out->length + 1 >= FA_HOST_BYTES) {
        out->full = true;
        return;
    }
    out->bytes[out->length++] = c;
}

static char
punycode_digit(uint32_t value)
{
    return (char)(value < 26 ? 'a' + value : '0' + value - 26);
}

/* A number in the variable-length digits of RFC 3492. */
static void
put_number(output *out, uint32_t number, uint32_t bias)
{
    for (uint32_t k = 36;; k += 36) {
        uint32_t threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
        if (number < threshold) {
            put(out, punycode_digit(number));
            return;
        }
        put(out, punycode_digit(threshold + (number - threshold) % (36 - threshold)));
        number = (number - threshold) / (36 - threshold);
    }
}

static uint32_t
adapt(uint32_t delta, uint32_t points, bool first)
{
    uint32_t k = 0;
    delta = first ? delta / 700 : delta / 2;
    delta += delta / points;
    for (; delta > 455; k += 36) {
        delta /= 35;
    }
    return k + 36 * delta / (delta + 38);
}

/* RFC 3492, section 6.3. Deltas stay below 63 * 0x110000, so nothing overflows. */
static void
put_punycode(output *out, const uint32_t *points, uint32_t count)
{
    uint32_t basic = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (points[i] < 0x80) {
            put(out, (char)points[i]);
            basic++;
        }
    }
    if (basic > 0) {
        put(out, '-');
    }
    uint32_t next = 0x80, delta = 0, bias = 72;
    for (uint32_t done = basic; done < count; next++, delta++) {
        uint32_t least = UINT32_MAX;
        for (uint32_t i = 0; i < count; i++) {
            least = points[i] >= next && points[i] < least ? points[i] : least;
        }
        delta += (least - next) * (done + 1);
        next = least;
        for (uint32_t i = 0; i < count; i++) {
            delta += points[i] < next;
            if (points[i] == next) {
                put_number(out, delta, bias);
                bias = adapt(delta, done + 1, done == basic);
                delta = 0;
                done++;
            }
        }
    }
}

/* One label; false for what is no text. */
static bool
put_label(output *out, fa_text label, bool *doubtful)
{
    uint32_t points[LABEL_POINTS], count = 0;
    bool ascii = true;
    for (size_t at = 0; at < label.length; count++) {
        if (count == LABEL_POINTS || !read_point(label, &at, &points[count])) {
            return false;
        }
        ascii = ascii && points[count] < 0x80;
        if (points[count] >= 0x80) {
            *doubtful = *doubtful || !is_unchanged(points[count]);
        }
        else if (points[count] >= 'A' && points[count] <= 'Z') {
            points[count] += 'a' - 'A';
        }
    }
    if (!ascii) {
        put(out, 'x');
        put(out, 'n');
        put(out, '-');
        put(out, '-');
        put_punycode(out, points, count);
        return true;
    }
    for (uint32_t i = 0; i < count; i++) {
        put(out, (char)points[i]);
    }
    return true;
}

void
fa_host_read(fa_text given, fa_host *host)
{
    bool plain = true, ascii = true;
    for (size_t i = 0; i < given.length; i++) {
        unsigned char c = (unsigned char)given.bytes[i];
        ascii = ascii && c < 0x80;
        plain = plain && (c >= 0x80 || is_plain(c));
    }
    host->name = given;
    host->doubtful = !plain;
    if (ascii) {
        return;
    }
    output out = {.bytes = host->encoded};
    size_t start = 0;
    for (size_t i = 0; i <= given.length; i++) {
        if (i < given.length && given.bytes[i] != '.') {
            continue;
        }
        fa_text label = {given.bytes + start, i - start};
        if (!put_label(&out, label, &host->doubtful)) {
            host->doubtful = out.full = true;
            break;
        }
        if (i < given.length) {
            put(&out, '.');
        }
        start = i + 1;
    }
    host->name = out.full ? (fa_text){"", 0} : (fa_text){host->encoded, out.length};
}
