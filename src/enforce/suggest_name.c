/* suggest_name.c: the entries that would have allowed a module, a library or a variable. */
#include "enforce/suggest_name.h"

#include "enforce/quote.h"
#include "enforce/suggest_entry.h"

/* A library by its name without folder, version and suffix, as `native` takes it: a pattern for what is
 * no identifier. */
static void
write_library(fa_buffer *out, fa_text name)
{
    fa_buffer entry = {0};
    size_t start = name.length;
    while (start > 0 && name.bytes[start - 1] != '/') {
        start--;
    }
    for (size_t i = start; i < name.length && name.bytes[i] != '.'; i++) {
        char c = name.bytes[i];
        bool digit = c >= '0' && c <= '9';
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        fa_buffer_add_byte(&entry, letter || (digit && i > start) ? c : '*');
    }
    if (!fa_text_equal(fa_buffer_text(&entry), FA_TEXT("*"))) {
        fa_suggest_entry_add_text(out, "native", fa_buffer_text(&entry));
    }
    out->failed = out->failed || entry.failed;
    fa_buffer_clear(&entry);
}

/* Naming a guarded module grants it. A list of imports refuses what it lacks, so where the policy has
 * none yet, everything else stays importable by a star. */
static void
write_import(fa_buffer *out, const fa_event *event, fa_verdict verdict)
{
    fa_suggest_entry_add_text(out, "imports", event->as.name.name);
    if (out->length > 0 && verdict.right != FA_IMPORTS && verdict.operand == 0) {
        out->length--; /* the bracket */
        fa_buffer_add(out, FA_TEXT(", \"*\"]"));
    }
}

void
fa_suggest_name_write(fa_buffer *out, const fa_event *event, fa_verdict verdict)
{
    fa_right right = (fa_right)verdict.right;
    fa_text name = event->as.name.name;
    bool import = event->id == FA_EVENT_IMPORT;
    if (event->right == FA_ENV) {
        fa_buffer pattern = {0};
        fa_quote_pattern(&pattern, name);
        fa_suggest_entry_add_text(out, "env", fa_buffer_text(&pattern));
        out->failed = out->failed || pattern.failed;
        fa_buffer_clear(&pattern);
    }
    else if (import && right == FA_NATIVE && event->as.name.file.path.length > 0) {
        fa_suggest_entry_add_text(out, "native", name); /* the module may be imported, its code not be loaded */
    }
    else if (import) {
        write_import(out, event, verdict);
    }
    else if (name.length > 0) {
        write_library(out, name);
    }
    else {
        fa_suggest_entry_add_event(out, event);
    }
}
