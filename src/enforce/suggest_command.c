/* suggest_command.c: the rule that would have allowed a command. */
#include "enforce/suggest_command.h"

#include "classify/resolve.h"
#include "decide/commands.h"
#include "decide/variables.h"
#include "enforce/quote.h"
#include "enforce/redact.h"

#define RULE_BYTES ((size_t)3000) /* of a rule; the arguments that come after are left to `*` */

/* One argument as a pattern: itself, with wildcards where secrets are hidden. A last argument that is
 * hidden whole is one argument, where a lone `*` would mean any number. */
static void
write_pattern(fa_buffer *out, fa_text before, fa_text argument, bool last)
{
    const fa_text hidden = FA_TEXT("[redacted]");
    fa_buffer shown = {0};
    fa_buffer pattern = {0};
    bool redacted = fa_redact_argument(&shown, before, argument);
    fa_text text = fa_buffer_text(&shown);

    bool nul = argument.length > 0 && memchr(argument.bytes, '\0', argument.length) != NULL;
    if (nul || !fa_quote_is_utf8(argument)) {
        text = hidden; /* entries of a policy are text */
        redacted = true;
    }
    for (size_t at = 0; at < text.length;) {
        if (redacted && text.length - at >= hidden.length
            && memcmp(text.bytes + at, hidden.bytes, hidden.length) == 0) {
            fa_buffer_add_byte(&pattern, '*');
            at += hidden.length;
        }
        else {
            fa_quote_pattern(&pattern, (fa_text){text.bytes + at, 1});
            at++;
        }
    }
    if (last && fa_text_equal(fa_buffer_text(&pattern), FA_TEXT("*"))) {
        fa_buffer_add(out, FA_TEXT("'?*'"));
    }
    else {
        fa_quote_shell(out, fa_buffer_text(&pattern));
    }
    out->failed = out->failed || shown.failed || pattern.failed;
    fa_buffer_clear(&shown);
    fa_buffer_clear(&pattern);
}

/* The name in a rule is looked up once and can be no pattern. */
static bool
can_be_named(fa_text name)
{
    for (size_t i = 0; i < name.length; i++) {
        if (name.bytes[i] == '\0' || strchr("*?[{", name.bytes[i]) != NULL) {
            return false;
        }
    }
    return name.length > 0 && name.length < RULE_BYTES && fa_quote_is_utf8(name);
}

/* A rule names the place of a program, canonical, and argv[0] must be that place: no rule helps who calls it by links or
 * dots. Says so, and returns true. */
static bool
write_real_path(fa_buffer *out, fa_text name)
{
    fa_resolved place;
    if (memchr(name.bytes, '\0', name.length) != NULL || fa_resolve(name, -1, FA_NO_FOLLOW, &place) != 0 || place.length == 0) {
        return false;
    }
    fa_text real = {place.path, place.length};
    if (fa_commands_names_place(name, real)) {
        return false;
    }
    fa_buffer_add(out, FA_TEXT("call "));
    fa_quote_python(out, name);
    fa_buffer_add(out, FA_TEXT(" by its real path, "));
    fa_quote_python(out, real);
    return true;
}

void
fa_suggest_command_write(fa_buffer *out, const fa_command *command)
{
    const fa_text *args = command->argv;
    uint32_t count = command->argc;
    fa_buffer rule = {0};

    if (count == 0) {
        return;
    }
    if (command->shell && count == 1) {
        fa_buffer_add(&rule, FA_TEXT("sh -c")); /* the event shows the text alone */
    }
    else if (args[0].length > 0 && args[0].bytes[0] != '/'
             && memchr(args[0].bytes, '/', args[0].length) != NULL) {
        /* A rule for it would name the place, and argv[0] must be the place: no rule helps. */
        fa_buffer_add(out, FA_TEXT("call "));
        fa_quote_python(out, args[0]);
        fa_buffer_add(out, FA_TEXT(" by its absolute path"));
        return;
    }
    else if (args[0].length > 0 && args[0].bytes[0] == '/' && write_real_path(out, args[0])) {
        return;
    }
    else if (can_be_named(args[0])) {
        fa_quote_shell(&rule, args[0]);
        args++;
        count--;
    }
    else {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        fa_text before = args != command->argv || i > 0 ? (args + i)[-1] : (fa_text){NULL, 0};
        size_t length = rule.length;
        fa_buffer_add_byte(&rule, ' ');
        bool fits = args[i].length < RULE_BYTES;
        if (fits) {
            write_pattern(&rule, before, args[i], i + 1 == count);
        }
        if (!fits || rule.length > RULE_BYTES) {
            if (!rule.failed) {
                rule.length = length;
                fa_buffer_add(&rule, FA_TEXT(" *"));
            }
            break;
        }
    }
    out->failed = out->failed || rule.failed;
    fa_buffer_add(out, FA_TEXT("run=["));
    fa_quote_python(out, fa_buffer_text(&rule));
    fa_buffer_add_byte(out, ']');
    fa_buffer_clear(&rule);
}

void
fa_suggest_command_write_env(fa_buffer *out, const fa_command *command)
{
    fa_buffer list = {0};
    for (uint32_t i = 0; i < command->env_count && command->env != NULL; i++) {
        if (fa_variables_steers(command->env[i])) {
            const char *equals = memchr(command->env[i].bytes, '=', command->env[i].length);
            fa_buffer_add_word(&list, list.length > 0 ? ", " : "env=[");
            fa_quote_python(&list, (fa_text){command->env[i].bytes,
                                             (size_t)(equals - command->env[i].bytes)});
        }
    }
    if (list.length > 0) {
        fa_buffer_add(out, fa_buffer_text(&list));
        fa_buffer_add_byte(out, ']');
    }
    out->failed = out->failed || list.failed;
    fa_buffer_clear(&list);
}
