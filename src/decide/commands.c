/* commands.c: one kind of check: programs to run. */
#include "decide/commands.h"

#include <errno.h>

#include "decide/paths.h"
#include "decide/variables.h"
#include "support/glob.h"

typedef struct commands {
    fa_check check;        /* first: a judge casts back */
    fa_commands_spec spec; /* its entries are copies in the arena */
} commands;

static const fa_rights changes = FA_BIT(FA_CREATE) | FA_BIT(FA_MODIFY);

static fa_verdict
refuse(fa_reason reason, fa_right right, const char *rule)
{
    return (fa_verdict){FA_REFUSE, (uint8_t)reason, (uint8_t)right, 0, rule};
}

/* One pattern for each argument. */
static bool
arguments_match(const fa_command_entry *entry, const fa_command *command)
{
    uint32_t count = command->argc - 1;
    if (count < entry->arg_count || (count > entry->arg_count && !entry->open_ended)) {
        return false;
    }
    for (uint32_t i = 0; i < entry->arg_count; i++) {
        if (!fa_glob_match(entry->args[i], command->argv[i + 1], '\0')) {
            return false;
        }
    }
    return true;
}

bool
fa_commands_names_place(fa_text called, fa_text place)
{
    fa_text bin = FA_TEXT("/bin/"), usr_bin = FA_TEXT("/usr/bin/");
    return fa_text_equal(called, place) ||
           (called.length > bin.length && place.length > usr_bin.length && memcmp(called.bytes, bin.bytes, bin.length) == 0 &&
            memcmp(place.bytes, usr_bin.bytes, usr_bin.length) == 0 &&
            fa_text_equal((fa_text){called.bytes + bin.length, called.length - bin.length},
                          (fa_text){place.bytes + usr_bin.length, place.length - usr_bin.length}));
}

/* A program finds its own files, and sometimes its task, by argv[0]: it must be the rule's name, or the place. */
static bool
is_called_rightly(const fa_command_entry *entry, const fa_command *command)
{
    return fa_text_equal(command->argv[0], entry->name) || fa_commands_names_place(command->argv[0], entry->place);
}

static bool
is_place(const fa_command_entry *entry, const fa_place *file, const fa_place *target)
{
    return file->error == 0 && target->error == 0 && fa_text_equal(file->path, entry->place) &&
           fa_text_equal(target->path, entry->target);
}

/* Whether the policy lets somebody put a program of their own at a place, or change what is there. A
 * policy that grants this everywhere holds no program anyway. */
static bool
is_changeable(const fa_commands_spec *spec, fa_text path)
{
    return (fa_paths_grants(spec->paths, path) & changes) != 0 &&
           (fa_paths_grants(spec->paths, FA_TEXT("/")) & changes) == 0;
}

/* Whether every file that the call may try is the rule's, or cannot run before it. The call goes through
 * the candidates until one runs: what is missing or a folder is passed over; a program of the same
 * name that comes after the rule's runs only if that one fails, and is taken where nobody held can
 * change it. */
static bool
files_match(const fa_commands_spec *spec, const fa_command_entry *entry, const fa_command *command)
{
    bool found = false;
    fa_text name = fa_text_last(entry->place, '/');
    if (command->file_count == 0) {
        /* The shell of os.system; or an announcement, whose files come with a later event. */
        return !command->shell || fa_text_equal(name, FA_TEXT("sh"));
    }
    for (uint32_t i = 0; i < command->file_count; i++) {
        const fa_place *file = &command->files[i];
        const fa_place *target = &command->targets[i];
        if (is_place(entry, file, target)) {
            found = true;
            continue;
        }
        if (file->error != 0 || !fa_text_equal(fa_text_last(file->path, '/'), name) ||
            is_changeable(spec, file->path)) {
            return false;
        }
        bool runs = file->exists && !target->directory;
        if (runs && (!found || target->error != 0 || is_changeable(spec, target->path))) {
            return false;
        }
    }
    return true;
}

static bool
grants(const fa_commands_spec *spec, const fa_command_entry *entry, const fa_command *command)
{
    return !entry->deny && !entry->quiet && entry->place.length > 0 &&
           arguments_match(entry, command) && is_called_rightly(entry, command) &&
           files_match(spec, entry, command);
}

/* A rule that denies (or refuses quietly) names a program in any of its guises: the same file, a
 * candidate of that name, or argv[0]. */
static bool
names(const fa_command_entry *entry, const fa_command *command)
{
    if (!arguments_match(entry, command)) {
        return false;
    }
    fa_text name = fa_text_last(entry->place.length > 0 ? entry->place : entry->name, '/');
    if (fa_text_equal(fa_text_last(command->argv[0], '/'), name)) {
        return true;
    }
    for (uint32_t i = 0; i < command->file_count; i++) {
        if (fa_text_equal(fa_text_last(command->files[i].path, '/'), name) ||
            (entry->target.length > 0 &&
             fa_text_equal(command->targets[i].path, entry->target))) {
            return true;
        }
    }
    return false;
}

/* Whether a denied program may hide behind a candidate that could not be resolved. Behind one that is not there
 * nothing does. */
static bool
may_be_denied(const fa_commands_spec *spec, const fa_command *command)
{
    bool hidden = false;
    for (uint32_t i = 0; i < command->file_count; i++) {
        int error = command->files[i].error != 0 ? command->files[i].error : command->targets[i].error;
        hidden = hidden || (error != 0 && error != ENOENT && error != ENOTDIR);
    }
    for (size_t i = 0; hidden && i < spec->count; i++) {
        if (spec->entries[i].deny && arguments_match(&spec->entries[i], command)) {
            return true;
        }
    }
    return false;
}

static bool
environment_passes(const fa_commands_spec *spec, const fa_command *command)
{
    for (uint32_t i = 0; i < command->env_count && command->env != NULL; i++) {
        if (!fa_variables_pass(spec->variables, command->env[i])) {
            return false;
        }
    }
    return true;
}

static fa_verdict
judge_command(const fa_commands_spec *spec, const fa_event *event, const fa_command *command)
{
    const fa_command_entry *quiet = NULL;
    for (size_t i = 0; i < spec->count; i++) {
        const fa_command_entry *entry = &spec->entries[i];
        if ((entry->deny || entry->quiet) && names(entry, command)) {
            if (entry->deny) {
                return refuse(FA_REASON_DENIED, FA_RUN, entry->written.bytes);
            }
            quiet = entry;
        }
    }
    if ((spec->everywhere & FA_BIT(event->right)) != 0) {
        return may_be_denied(spec, command) ? refuse(FA_REASON_UNRESOLVABLE, FA_RUN, NULL)
                                            : FA_VERDICT_ALLOW(event);
    }
    const char *steered = NULL;
    for (size_t i = 0; i < spec->count; i++) {
        if (grants(spec, &spec->entries[i], command)) {
            if (environment_passes(spec, command)) {
                return FA_VERDICT_ALLOW(event);
            }
            steered = spec->entries[i].written.bytes;
        }
    }
    fa_verdict verdict = steered != NULL ? refuse(FA_REASON_STEERING_ENV, FA_ENV, steered)
                         : fa_commands_grant_any(spec)
                             ? refuse(FA_REASON_COMMAND_NOT_GRANTED, FA_RUN, NULL)
                             : refuse(FA_REASON_RIGHT_NOT_GRANTED, FA_RUN, NULL);
    if (quiet != NULL && steered == NULL) {
        verdict.outcome = FA_QUIET;
    }
    return verdict;
}

static fa_verdict
judge(const fa_check *check, const fa_event *event)
{
    const fa_commands_spec *spec = &((const commands *)check)->spec;
    fa_right right = (fa_right)event->right;
    if (right == FA_RIGHT_NONE) {
        return FA_VERDICT_ALLOW(event);
    }
    if ((spec->nowhere & FA_BIT(right)) != 0) {
        return refuse(FA_REASON_DENIED, right, fa_right_word(right));
    }
    bool whole = (spec->everywhere & FA_BIT(right)) != 0;
    if (right != FA_RUN && !whole) {
        return refuse(FA_REASON_RIGHT_NOT_GRANTED, right, NULL);
    }
    if (event->shape == FA_SHAPE_COMMAND && event->as.command.argc > 0) {
        return judge_command(spec, event, &event->as.command);
    }
    if (whole && event->shape != FA_SHAPE_BROKEN) {
        return FA_VERDICT_ALLOW(event);
    }
    /* An act that shows no command, such as typing into a terminal; or a program without argv[0]. */
    return refuse(event->shape == FA_SHAPE_BROKEN ? FA_REASON_MALFORMED
                                                  : FA_REASON_COMMAND_NOT_GRANTED, right, NULL);
}

bool
fa_commands_grant_any(const fa_commands_spec *spec)
{
    for (size_t i = 0; i < spec->count; i++) {
        if (!spec->entries[i].deny && !spec->entries[i].quiet) {
            return true;
        }
    }
    return (spec->everywhere & FA_BIT(FA_RUN)) != 0;
}

static bool
copy_texts(fa_arena *arena, fa_text *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        texts[i].bytes = fa_arena_copy(arena, texts[i]);
        if (texts[i].bytes == NULL) {
            return false;
        }
    }
    return true;
}

const fa_check *
fa_commands_new(fa_arena *arena, const fa_commands_spec *spec)
{
    if (spec->count > SIZE_MAX / sizeof(fa_command_entry)) {
        return NULL;
    }
    commands *self = fa_arena_take(arena, sizeof *self);
    fa_command_entry *copies = fa_arena_take(arena, spec->count * sizeof *copies);
    if (self == NULL || copies == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < spec->count; i++) {
        fa_command_entry *copy = &copies[i];
        *copy = spec->entries[i];
        fa_text *args = fa_arena_take(arena, copy->arg_count * sizeof *args);
        if (args == NULL) {
            return NULL;
        }
        if (copy->arg_count > 0) {
            memcpy(args, copy->args, copy->arg_count * sizeof *args);
        }
        copy->args = args;
        if (!copy_texts(arena, args, copy->arg_count) || !copy_texts(arena, &copy->name, 1) ||
            !copy_texts(arena, &copy->place, 1) || !copy_texts(arena, &copy->target, 1) ||
            !copy_texts(arena, &copy->written, 1)) {
            return NULL;
        }
    }
    *self = (commands){{judge, FA_NEEDS_OPERANDS}, *spec};
    self->spec.entries = copies;
    return &self->check;
}
