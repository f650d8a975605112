/* buffer.c: a text that grows, in plain C, with a bound and one question at the end. */
#include "support/buffer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_BYTES ((size_t)64)

/* Room for `more` bytes and a NUL. */
static bool
grow(fa_buffer *buffer, size_t more)
{
    if (buffer->room - buffer->length > more && buffer->bytes != NULL) {
        return true;
    }
    size_t room = buffer->room < FIRST_BYTES ? FIRST_BYTES : buffer->room;
    while (room - buffer->length <= more) {
        if (room > SIZE_MAX / 2) {
            return false;
        }
        room *= 2;
    }
    char *bytes = realloc(buffer->bytes, room);
    if (bytes == NULL) {
        return false;
    }
    buffer->bytes = bytes;
    buffer->room = room;
    return true;
}

/* The longest beginning of `text` within `length` bytes that splits no UTF-8 character. */
static size_t
whole_characters(fa_text text, size_t length)
{
    size_t end = length;
    while (end > 0 && length - end < 4 && ((unsigned char)text.bytes[end] & 0xC0) == 0x80) {
        end--;
    }
    return length - end < 4 ? end : length;
}

void
fa_buffer_add(fa_buffer *buffer, fa_text text)
{
    if (buffer->failed || buffer->cut) {
        return;
    }
    if (buffer->most != 0 && text.length > buffer->most - buffer->length) {
        text.length = whole_characters(text, buffer->most - buffer->length);
        buffer->cut = true;
    }
    if (!grow(buffer, text.length)) {
        buffer->failed = true;
        return;
    }
    if (text.length > 0) {
        memcpy(buffer->bytes + buffer->length, text.bytes, text.length);
    }
    buffer->length += text.length;
    buffer->bytes[buffer->length] = '\0';
}

void
fa_buffer_add_word(fa_buffer *buffer, const char *word)
{
    if (word != NULL) {
        fa_buffer_add(buffer, (fa_text){word, strlen(word)});
    }
}

void
fa_buffer_add_byte(fa_buffer *buffer, char byte)
{
    fa_buffer_add(buffer, (fa_text){&byte, 1});
}

void
fa_buffer_add_number(fa_buffer *buffer, int64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRId64, number);
    fa_buffer_add(buffer, (fa_text){digits, (size_t)length});
}

fa_text
fa_buffer_text(const fa_buffer *buffer)
{
    return (fa_text){buffer->bytes, buffer->length};
}

char *
fa_buffer_take(fa_buffer *buffer)
{
    fa_buffer_add(buffer, (fa_text){"", 0}); /* the empty text is a text as well */
    if (buffer->failed || !grow(buffer, 0)) {
        fa_buffer_clear(buffer);
        return NULL;
    }
    buffer->bytes[buffer->length] = '\0';
    char *taken = buffer->bytes;
    *buffer = (fa_buffer){0};
    return taken;
}

void
fa_buffer_clear(fa_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (fa_buffer){0};
}
