/* suggest_entry.c: one entry of a policy as Python source: keyword=["entry"]. */
#include "enforce/suggest_entry.h"

#include "enforce/quote.h"

void
fa_suggest_entry_add(fa_buffer *out, const char *keyword, fa_text entry)
{
    fa_buffer_add_word(out, out->length > 0 ? ", " : "");
    fa_buffer_add_word(out, keyword);
    fa_buffer_add(out, FA_TEXT("=["));
    fa_quote_python(out, entry);
    fa_buffer_add_byte(out, ']');
}

void
fa_suggest_entry_add_text(fa_buffer *out, const char *keyword, fa_text entry)
{
    bool usable = entry.length > 0 && fa_quote_is_utf8(entry)
                  && memchr(entry.bytes, '\0', entry.length) == NULL;
    if (usable) {
        fa_suggest_entry_add(out, keyword, entry);
    }
}

void
fa_suggest_entry_add_event(fa_buffer *out, const fa_event *event)
{
    fa_text name = {event->name, strlen(event->name)};
    bool usable = event->id != FA_EVENT_UNKNOWN || memchr(name.bytes, '.', name.length) != NULL;
    for (size_t i = 0; i < name.length; i++) {
        usable = usable && (unsigned char)name.bytes[i] > ' ' && name.bytes[i] != '*';
    }
    if (usable) {
        fa_suggest_entry_add_text(out, "allow", name);
    }
}
