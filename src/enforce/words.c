/* words.c: the one line that a refusal says. */
#include "enforce/words.h"

#include <stdio.h>

#include "enforce/quote.h"
#include "enforce/target.h"

#define TARGET_BYTES ((size_t)200)     /* of a target in a message */
#define FILE_BYTES ((size_t)80)        /* of a file's or function's name */
#define SUGGESTION_BYTES ((size_t)600) /* a longer suggestion is an attribute alone */

/* What was tried, by the right that was lacking. */
static const char *const acts[FA_RIGHT_COUNT] = {
    [FA_READ] = "read",
    [FA_CREATE] = "create",
    [FA_MODIFY] = "write",
    [FA_DELETE] = "delete",
    [FA_METADATA] = "change of metadata",
    [FA_LINK] = "link",
    [FA_CONNECT] = "connect",
    [FA_LISTEN] = "listen",
    [FA_RESOLVE] = "look-up",
    [FA_SOCKET] = "socket",
    [FA_RUN] = "run",
    [FA_FORK] = "fork",
    [FA_EXEC] = "exec",
    [FA_SIGNAL] = "signal",
    [FA_IMPORTS] = "import",
    [FA_NATIVE] = "native code",
    [FA_ENV] = "setting a variable",
    [FA_CWD] = "change of directory",
    [FA_UMASK] = "change of umask",
    [FA_LIMITS] = "change of limits",
    [FA_THREADS] = "thread",
    [FA_INTERPRETERS] = "interpreter",
    [FA_CODE] = "code",
    [FA_INTROSPECT] = "introspection",
    [FA_TRACE] = "tracing",
    [FA_HOOK] = "hook",
    [FA_CUSTOM] = "event",
    [FA_RIGHT_NONE] = "event",
};

/* What follows the act and "refused: ", a sentence for each reason. %T: the target, or the event where
 * it shows none. %E: the event. %P: the policy, and where it was entered. %R: the rule. %W: the right,
 * as a policy writes it. %K: the keyword whose list names such things. %O: the place that a move or link
 * starts from. %N: the place it makes. %X: why the system could not resolve a path. */
static const char *const sentences[FA_REASON_COUNT] = {
    [FA_REASON_NONE] = "%T",
    [FA_REASON_RIGHT_NOT_GRANTED] = "%T: %P grants no %W",
    [FA_REASON_OUTSIDE_ROOT] = "%T is outside every allowed root of %P",
    [FA_REASON_DENIED] = "%T: %P denies %R",
    [FA_REASON_UNRESOLVABLE] = "what %E names cannot be resolved (%X), so %P cannot allow it",
    [FA_REASON_GAINS_RIGHTS] = "%O would gain %W at %N under %P",
    [FA_REASON_HOLDS_ROOT] = "%T is or holds an allowed root of %P, which only a wider root would let go",
    [FA_REASON_HOLDS_DENY] = "moving %T would carry files past %R, which %P denies",
    [FA_REASON_LINK_TARGET] = "%N would lead to %O, where %P allows less",
    [FA_REASON_ADDRESS_NOT_GRANTED] = "%T is no allowed address of %P",
    [FA_REASON_COMMAND_NOT_GRANTED] = "%T is no allowed command of %P",
    [FA_REASON_STEERING_ENV] = "%T: its environment would steer it, and %P does not grant that",
    [FA_REASON_NAME_NOT_GRANTED] = "%T is not in %K of %P",
    [FA_REASON_NOT_OWN_CHILD] = "process %T is no child of this one, and %P grants no signal",
    [FA_REASON_UNKNOWN_EVENT] = "%E is not in the catalogue of this fastaudit, and %P does not grant it",
    [FA_REASON_MALFORMED] = "%E came with arguments that CPython does not send",
    [FA_REASON_UNHELD] = "%E would run code that no scope holds, so none allows it",
    [FA_REASON_FOREIGN_VALUE] = "the context variable holds what is not fastaudit's, so all is refused",
};

/* What nothing in a policy can allow. */
static bool
is_final(fa_reason reason)
{
    return reason == FA_REASON_UNRESOLVABLE || reason == FA_REASON_MALFORMED
           || reason == FA_REASON_FOREIGN_VALUE || reason == FA_REASON_UNHELD;
}

static fa_text
text_of(const char *word)
{
    return (fa_text){word, word == NULL ? 0 : strlen(word)};
}

/* The last part of a path, with its folder where the part alone says nothing. */
static fa_text
short_file(const char *file)
{
    fa_text text = text_of(file);
    size_t start = text.length;
    for (int parts = 0; start > 0; start--) {
        if (text.bytes[start - 1] == '/') {
            fa_text last = {text.bytes + start, text.length - start};
            bool common = fa_text_equal(last, FA_TEXT("__init__.py"))
                          || fa_text_equal(last, FA_TEXT("__main__.py"));
            if (!common || parts > 0) {
                break;
            }
            parts++;
        }
    }
    return (fa_text){text.bytes + start, text.length - start};
}

static void
write_where(fa_buffer *out, const fa_where *where)
{
    fa_quote_line(out, short_file(where->file), FILE_BYTES);
    if (where->line > 0) {
        fa_buffer_add_byte(out, ':');
        fa_buffer_add_number(out, where->line);
    }
}

static void
write_policy(fa_buffer *out, const fa_record *record)
{
    bool named = record->policy != NULL;
    bool entered = record->origin.file != NULL;
    fa_buffer_add_word(out, named ? "policy '" : "the policy");
    if (named) {
        fa_quote_line(out, text_of(record->policy), FILE_BYTES);
        fa_buffer_add_byte(out, '\'');
    }
    fa_buffer_add_word(out, !entered ? " of this process" : named ? " (entered at " : " entered at ");
    if (entered) {
        write_where(out, &record->origin);
        fa_buffer_add_word(out, named ? ")" : "");
    }
}

static void
write_place(fa_buffer *out, const fa_event *event, int at)
{
    if (event->shape == FA_SHAPE_FILES) {
        fa_quote_line(out, event->as.files.place[at].path, TARGET_BYTES);
    }
}

static const char *
right_in_policy(fa_right right)
{
    return right > FA_READ && right <= FA_LINK ? "write" : fa_right_word(right);
}

/* Modules that would undo the guard lack another right, and are granted by name all the same. */
static fa_right
keyword_of(const fa_event *event, fa_verdict verdict)
{
    bool module = event->shape == FA_SHAPE_NAME && event->id == FA_EVENT_IMPORT
                  && event->as.name.file.path.length == 0;
    return module ? FA_IMPORTS : (fa_right)verdict.right;
}

static void
write_part(fa_buffer *out, char part, const fa_event *event, fa_verdict verdict,
           const fa_record *record)
{
    int error = 0;
    switch (part) {
    case 'T':
        fa_quote_line(out, text_of(record->target != NULL ? record->target : event->name), TARGET_BYTES);
        break;
    case 'E':
        fa_quote_line(out, text_of(event->name), TARGET_BYTES);
        break;
    case 'P':
        write_policy(out, record);
        break;
    case 'R':
        fa_quote_line(out, text_of(record->rule != NULL ? record->rule : "it"), TARGET_BYTES);
        break;
    case 'W':
        fa_buffer_add_word(out, right_in_policy((fa_right)verdict.right));
        break;
    case 'K':
        fa_buffer_add_word(out, fa_right_word(keyword_of(event, verdict)));
        break;
    case 'O':
        write_place(out, event, 0);
        break;
    case 'N':
        write_place(out, event, 1);
        break;
    case 'X':
        if (event->shape == FA_SHAPE_FILES && verdict.operand < 2) {
            error = event->as.files.place[verdict.operand].error;
        }
        else if (event->shape == FA_SHAPE_NAME) {
            error = event->as.name.file.error;
        }
        fa_buffer_add_word(out, error != 0 ? strerror(error) : "no name leads to it");
        break;
    default:
        break;
    }
}

static const char *
act_of(const fa_event *event, fa_verdict verdict)
{
    if (event->shape == FA_SHAPE_FILES && event->as.files.act == FA_ACT_RENAME) {
        return "rename";
    }
    if (event->shape == FA_SHAPE_NAME && event->id == FA_EVENT_IMPORT) {
        return acts[FA_IMPORTS];
    }
    if (verdict.reason == FA_REASON_STEERING_ENV) {
        return acts[FA_RUN];
    }
    return verdict.right < FA_RIGHT_COUNT ? acts[verdict.right] : "event";
}

void
fa_words_write(fa_buffer *out, const fa_event *event, fa_verdict verdict, const fa_record *record)
{
    fa_reason reason = verdict.reason < FA_REASON_COUNT ? (fa_reason)verdict.reason : FA_REASON_NONE;
    fa_buffer_add_word(out, act_of(event, verdict));
    fa_buffer_add_word(out, record->let_go ? " would be refused: " : " refused: ");
    for (const char *at = sentences[reason]; *at != '\0'; at++) {
        if (at[0] == '%' && at[1] != '\0') {
            write_part(out, *++at, event, verdict, record);
        }
        else {
            fa_buffer_add_byte(out, *at);
        }
    }
    if (record->location.file != NULL) {
        fa_buffer_add(out, FA_TEXT("; at "));
        write_where(out, &record->location);
        if (record->location.function != NULL) {
            fa_buffer_add(out, FA_TEXT(" in "));
            fa_quote_line(out, text_of(record->location.function), FILE_BYTES);
        }
    }
    if (record->suggestion != NULL && strlen(record->suggestion) <= SUGGESTION_BYTES) {
        fa_buffer_add(out, FA_TEXT("; to allow it: "));
        fa_buffer_add_word(out, record->suggestion);
    }
    else if (record->suggestion != NULL) {
        fa_buffer_add(out, FA_TEXT("; what would allow it is long: see suggestion"));
    }
    else if (is_final(reason)) {
        fa_buffer_add(out, FA_TEXT("; no policy allows it"));
    }
}
