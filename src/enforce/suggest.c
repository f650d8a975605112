/* suggest.c: the smallest change of a policy that would have allowed a refused event. */
#include "enforce/suggest.h"

#include "enforce/quote.h"
#include "enforce/suggest_command.h"
#include "enforce/suggest_entry.h"
#include "enforce/suggest_name.h"
#include "enforce/target.h"

static void
write_right(fa_buffer *out, fa_right right)
{
    const char *word = fa_right_word(right);
    fa_suggest_entry_add(out, "allow", (fa_text){word, strlen(word)});
}

/* What lists of entries grant: the word alone would grant everything of its kind. */
static bool
takes_entries(fa_right right)
{
    const fa_rights lists = FA_RIGHTS_OF_FILES | FA_BIT(FA_CONNECT) | FA_BIT(FA_LISTEN)
                            | FA_BIT(FA_RESOLVE) | FA_BIT(FA_RUN) | FA_BIT(FA_IMPORTS)
                            | FA_BIT(FA_NATIVE) | FA_BIT(FA_ENV);
    return (lists & FA_BIT(right)) != 0;
}

static void
write_switch(fa_buffer *out, const fa_event *event, fa_right right)
{
    if (right == FA_CUSTOM || right == FA_RIGHT_NONE || takes_entries(right)
        || fa_event_rows[event->id].guard) {
        fa_suggest_entry_add_event(out, event);
    }
    else {
        write_right(out, right);
    }
}

/* An entry for a place. A directory that is to be removed or moved must be no root, since roots stay where
 * they are: it is named by a pattern that matches nothing else, one of its characters in brackets. */
static void
write_path(fa_buffer *out, const fa_files *files, const fa_place *place)
{
    fa_text path = place->path;
    bool leaves = place->directory
                  && (files->act == FA_ACT_REMOVE || files->act == FA_ACT_RENAME);
    size_t at = path.length;
    while (leaves && at > 0 && path.bytes[at - 1] != '/') {
        char c = path.bytes[at - 1];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.') {
            fa_quote_pattern(out, (fa_text){path.bytes, at - 1});
            fa_buffer_add_byte(out, '[');
            fa_buffer_add_byte(out, c);
            fa_buffer_add_byte(out, ']');
            fa_quote_pattern(out, (fa_text){path.bytes + at, path.length - at});
            return;
        }
        at--;
    }
    fa_quote_pattern(out, path);
}

/* One keyword's list of the places, from the refused one on, that ask one of `rights`. */
static void
write_places(fa_buffer *out, const char *keyword, const fa_event *event, fa_verdict verdict,
             fa_rights rights)
{
    const fa_files *files = &event->as.files;
    bool open = false;
    for (unsigned i = verdict.operand; i < files->count && i < 2; i++) {
        const fa_place *place = &files->place[i];
        bool same = i > verdict.operand && fa_text_equal(place->path, place[-1].path)
                    && (place[-1].asks & rights) != 0;
        if ((place->asks & rights) == 0 || place->path.length == 0 || place->descriptor || same) {
            continue;
        }
        fa_buffer entry = {0};
        write_path(&entry, files, place);
        if (open) {
            fa_buffer_add(out, FA_TEXT(", "));
        }
        else {
            fa_buffer_add_word(out, out->length > 0 ? ", " : "");
            fa_buffer_add_word(out, keyword);
            fa_buffer_add(out, FA_TEXT("=["));
        }
        open = true;
        fa_quote_python(out, fa_buffer_text(&entry));
        out->failed = out->failed || entry.failed;
        fa_buffer_clear(&entry);
    }
    if (open) {
        fa_buffer_add_byte(out, ']');
    }
}

/* The rights of a place are judged in their order, so what comes before the refused one was granted;
 * what comes after it may be lacking as well, at this place and at the next. */
static void
write_files(fa_buffer *out, const fa_event *event, fa_verdict verdict)
{
    if (verdict.right == FA_READ) {
        write_places(out, "read", event, verdict, FA_BIT(FA_READ));
    }
    write_places(out, "write", event, verdict, FA_RIGHTS_OF_FILES & ~FA_BIT(FA_READ));
}

/* A right at one place, for moves and links. */
static void
write_old_place(fa_buffer *out, const fa_event *event, fa_right right)
{
    const fa_place *place = &event->as.files.place[0];
    if (event->shape != FA_SHAPE_FILES || place->path.length == 0) {
        return;
    }
    fa_buffer entry = {0};
    fa_quote_pattern(&entry, place->path);
    bool one = right >= FA_CREATE && right <= FA_LINK;
    fa_suggest_entry_add(out, one ? "write" : "read", fa_buffer_text(&entry));
    out->failed = out->failed || entry.failed;
    fa_buffer_clear(&entry);
}

static void
write_address(fa_buffer *out, const fa_event *event, fa_right right)
{
    fa_address address = event->as.address;
    const char *keyword = fa_right_word(right);
    if (right == FA_SOCKET || address.family == FA_FAMILY_OTHER) {
        write_right(out, FA_SOCKET);
        return;
    }
    if (address.family == FA_FAMILY_NONE) {
        fa_suggest_entry_add_event(out, event);
        return;
    }
    if (right == FA_RESOLVE) {
        /* A look-up with a port is the first half of a connection: the name that was asked for is the
         * rule to have, and the next refusal would show nothing but one of its addresses. */
        if (address.port > 0 && event->id == FA_EVENT_SOCKET_GETADDRINFO) {
            keyword = fa_right_word(FA_CONNECT);
        }
        else {
            address.port = -1;
        }
    }
    fa_buffer entry = {0};
    fa_target_address(&entry, &address);
    fa_suggest_entry_add_text(out, keyword, fa_buffer_text(&entry));
    out->failed = out->failed || entry.failed;
    fa_buffer_clear(&entry);
}

/* By what the event shows; an act that shows nothing is granted by its right. */
static void
write_grant(fa_buffer *out, const fa_event *event, fa_verdict verdict)
{
    fa_right right = (fa_right)verdict.right;
    switch ((fa_shape)event->shape) {
    case FA_SHAPE_FILES:
        if ((FA_BIT(right) & FA_RIGHTS_OF_FILES) != 0) {
            write_files(out, event, verdict);
            return;
        }
        break;
    case FA_SHAPE_ADDRESS:
        write_address(out, event, right);
        return;
    case FA_SHAPE_COMMAND:
        if (right == FA_RUN) {
            fa_suggest_command_write(out, &event->as.command);
            return;
        }
        break;
    case FA_SHAPE_NAME:
        fa_suggest_name_write(out, event, verdict);
        return;
    case FA_SHAPE_NONE:
    case FA_SHAPE_SIGNAL:
        break;
    case FA_SHAPE_BROKEN:
        return;
    }
    write_switch(out, event, right);
}

static void
write_removal(fa_buffer *out, const char *rule)
{
    if (rule != NULL) {
        fa_buffer_add(out, FA_TEXT("remove "));
        fa_quote_python(out, (fa_text){rule, strlen(rule)});
        fa_buffer_add(out, FA_TEXT(" from deny"));
    }
}

void
fa_suggest_write(fa_buffer *out, const fa_event *event, fa_verdict verdict)
{
    switch ((fa_reason)verdict.reason) {
    case FA_REASON_DENIED:
    case FA_REASON_HOLDS_DENY:
        write_removal(out, verdict.rule);
        return;
    case FA_REASON_RIGHT_NOT_GRANTED:
    case FA_REASON_OUTSIDE_ROOT:
    case FA_REASON_ADDRESS_NOT_GRANTED:
    case FA_REASON_COMMAND_NOT_GRANTED:
    case FA_REASON_NAME_NOT_GRANTED:
    case FA_REASON_NOT_OWN_CHILD:
        write_grant(out, event, verdict);
        return;
    case FA_REASON_GAINS_RIGHTS:
    case FA_REASON_LINK_TARGET:
        write_old_place(out, event, (fa_right)verdict.right);
        return;
    case FA_REASON_STEERING_ENV:
        if (event->shape == FA_SHAPE_COMMAND) {
            fa_suggest_command_write_env(out, &event->as.command);
        }
        return;
    case FA_REASON_UNKNOWN_EVENT:
        fa_suggest_entry_add_event(out, event);
        return;
    case FA_REASON_NONE:
    case FA_REASON_UNRESOLVABLE:
    case FA_REASON_HOLDS_ROOT:
    case FA_REASON_MALFORMED:
    case FA_REASON_UNHELD:
    case FA_REASON_FOREIGN_VALUE:
    case FA_REASON_COUNT:
        return;
    }
}
