/* target.c: what an event was about, as text: a path, an address, a command line, a name, a process. */
#include "enforce/target.h"

#include "enforce/quote.h"
#include "enforce/redact.h"
#include "support/ip.h"

const fa_place *
fa_target_place(const fa_event *event, fa_verdict verdict)
{
    if (event->shape != FA_SHAPE_FILES || verdict.operand >= event->as.files.count
        || verdict.operand >= 2) {
        return NULL;
    }
    const fa_place *place = &event->as.files.place[verdict.operand];
    return place->path.length > 0 ? place : NULL;
}

void
fa_target_address(fa_buffer *out, const fa_address *address)
{
    switch ((fa_family)address->family) {
    case FA_FAMILY_UNIX:
        fa_buffer_add(out, FA_TEXT("unix:"));
        fa_buffer_add(out, address->path);
        return;
    case FA_FAMILY_ABSTRACT:
        fa_buffer_add(out, FA_TEXT("unix:@"));
        fa_buffer_add(out, address->path);
        return;
    case FA_FAMILY_NONE:
    case FA_FAMILY_OTHER:
        return;
    case FA_FAMILY_INET:
        break;
    }
    if (address->host.length > 0) {
        fa_buffer_add(out, address->host);
    }
    else {
        char text[FA_IP_TEXT];
        fa_ip_write(address->ip, text);
        bool bracket = address->port >= 0 && !fa_ip_is_v4(address->ip);
        fa_buffer_add_word(out, bracket ? "[" : "");
        fa_buffer_add_word(out, text);
        fa_buffer_add_word(out, bracket ? "]" : "");
    }
    if (address->port >= 0) {
        fa_buffer_add_byte(out, ':');
        fa_buffer_add_number(out, address->port);
    }
}

/* One argument as the user would type it. What was plain stays unquoted when a part of it is hidden. */
static void
write_argument(fa_buffer *out, fa_text before, fa_text argument, bool is_name)
{
    if (is_name) {
        fa_quote_shell(out, argument);
        return;
    }
    fa_buffer shown = {.most = out->most};
    if (fa_redact_argument(&shown, before, argument) && fa_quote_is_plain(argument)) {
        fa_buffer_add(out, fa_buffer_text(&shown));
    }
    else {
        fa_quote_shell(out, fa_buffer_text(&shown));
    }
    out->failed = out->failed || shown.failed;
    fa_buffer_clear(&shown);
}

static void
write_command(fa_buffer *out, const fa_command *command)
{
    fa_text before = {NULL, 0};
    for (uint32_t i = 0; i < command->argc && !out->cut && !out->failed; i++) {
        if (i > 0) {
            fa_buffer_add_byte(out, ' ');
        }
        write_argument(out, before, command->argv[i], i == 0 && !(command->shell && command->argc == 1));
        before = command->argv[i];
    }
}

static void
write_any(fa_buffer *out, const fa_event *event, fa_verdict verdict)
{
    const fa_place *place;
    switch ((fa_shape)event->shape) {
    case FA_SHAPE_FILES:
        place = fa_target_place(event, verdict);
        if (place != NULL) {
            fa_buffer_add(out, place->path);
        }
        return;
    case FA_SHAPE_ADDRESS:
        if (event->right != FA_SOCKET) {
            fa_target_address(out, &event->as.address);
        }
        return;
    case FA_SHAPE_COMMAND:
        write_command(out, &event->as.command);
        return;
    case FA_SHAPE_NAME:
        fa_buffer_add(out, event->as.name.name);
        return;
    case FA_SHAPE_SIGNAL:
        fa_buffer_add_number(out, event->as.signal.pid);
        return;
    case FA_SHAPE_NONE:
    case FA_SHAPE_BROKEN:
        return;
    }
}

void
fa_target_write(fa_buffer *out, const fa_event *event, fa_verdict verdict)
{
    write_any(out, event, verdict);
    for (size_t i = 0; i < out->length; i++) {
        if (out->bytes[i] == '\0') {
            out->bytes[i] = '?'; /* records keep C strings */
        }
    }
}
