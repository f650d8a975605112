/* quote.c: foreign bytes as text that neither a terminal, a shell nor Python takes for anything else. */
#include "enforce/quote.h"

#include <stdio.h>

/* The character that begins at `text.bytes[at]`: its bytes, and its number in *character; 0 bytes when
 * what lies there is no UTF-8 (surrogates, overlong forms and what lies beyond Unicode included). */
static size_t
read_character(fa_text text, size_t at, uint32_t *character)
{
    const unsigned char *bytes = (const unsigned char *)text.bytes + at;
    size_t left = text.length - at;
    if (bytes[0] < 0x80) {
        *character = bytes[0];
        return 1;
    }
    size_t count = bytes[0] >= 0xF0 ? 4 : bytes[0] >= 0xE0 ? 3 : 2;
    if (bytes[0] < 0xC2 || bytes[0] > 0xF4 || left < count) {
        return 0;
    }
    uint32_t number = bytes[0] & (0x7F >> count);
    for (size_t i = 1; i < count; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return 0;
        }
        number = number << 6 | (bytes[i] & 0x3F);
    }
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (number < least[count] || number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF)) {
        return 0;
    }
    *character = number;
    return count;
}

/* Characters that a terminal obeys, or that show a text as another: controls, marks of direction,
 * separators of lines, what has no width. */
static bool
is_deceptive(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x034F || c == 0x061C
           || c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 || (c >= 0x180B && c <= 0x180F)
           || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E)
           || (c >= 0x2060 && c <= 0x206F) || c == 0x3164 || (c >= 0xFE00 && c <= 0xFE0F)
           || c == 0xFEFF || c == 0xFFA0 || (c >= 0xFFF9 && c <= 0xFFFB)
           || (c >= 0x1BCA0 && c <= 0x1BCA3) || (c >= 0x1D173 && c <= 0x1D17A)
           || (c >= 0xE0000 && c <= 0xE0FFF);
}

static void
add_escape(fa_buffer *out, uint32_t c)
{
    char escape[16];
    switch (c) {
    case '\n':
        fa_buffer_add(out, FA_TEXT("\\n"));
        return;
    case '\r':
        fa_buffer_add(out, FA_TEXT("\\r"));
        return;
    case '\t':
        fa_buffer_add(out, FA_TEXT("\\t"));
        return;
    default:
        break;
    }
    snprintf(escape, sizeof escape, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x",
             (unsigned)c);
    fa_buffer_add_word(out, escape);
}

/* Add one character, or one byte that is none, so that it can do no harm. */
static size_t
add_harmless(fa_buffer *out, fa_text text, size_t at)
{
    uint32_t character;
    size_t count = read_character(text, at, &character);
    if (count == 0) {
        add_escape(out, 0xDC00u + (unsigned char)text.bytes[at]);
        return 1;
    }
    if (is_deceptive(character)) {
        add_escape(out, character);
    }
    else {
        fa_buffer_add(out, (fa_text){text.bytes + at, count});
    }
    return count;
}

void
fa_quote_line(fa_buffer *out, fa_text text, size_t most)
{
    size_t at = 0;
    while (at < text.length) {
        if (at >= most) {
            fa_buffer_add(out, FA_TEXT("…"));
            return;
        }
        at += add_harmless(out, text, at);
    }
}

void
fa_quote_python(fa_buffer *out, fa_text text)
{
    fa_buffer_add_byte(out, '"');
    size_t at = 0;
    while (at < text.length) {
        if (text.bytes[at] == '"' || text.bytes[at] == '\\') {
            fa_buffer_add_byte(out, '\\');
            fa_buffer_add_byte(out, text.bytes[at++]);
        }
        else {
            at += add_harmless(out, text, at);
        }
    }
    fa_buffer_add_byte(out, '"');
}

bool
fa_quote_is_plain(fa_text word)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./-_";
    for (size_t i = 0; i < word.length; i++) {
        if (word.bytes[i] == '\0' || strchr(plain, word.bytes[i]) == NULL) {
            return false;
        }
    }
    return word.length > 0;
}

void
fa_quote_shell(fa_buffer *out, fa_text word)
{
    if (fa_quote_is_plain(word)) {
        fa_buffer_add(out, word);
        return;
    }
    fa_buffer_add_byte(out, '\'');
    for (size_t i = 0; i < word.length; i++) {
        if (word.bytes[i] == '\'') {
            fa_buffer_add(out, FA_TEXT("'\"'\"'"));
        }
        else {
            fa_buffer_add_byte(out, word.bytes[i]);
        }
    }
    fa_buffer_add_byte(out, '\'');
}

void
fa_quote_pattern(fa_buffer *out, fa_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        if (byte == '*' || byte == '?' || byte == '[') {
            fa_buffer_add_byte(out, '[');
            fa_buffer_add_byte(out, byte);
            fa_buffer_add_byte(out, ']');
        }
        else {
            fa_buffer_add_byte(out, byte);
        }
    }
}

bool
fa_quote_is_utf8(fa_text text)
{
    uint32_t character;
    for (size_t at = 0; at < text.length;) {
        size_t count = read_character(text, at, &character);
        if (count == 0) {
            return false;
        }
        at += count;
    }
    return true;
}
