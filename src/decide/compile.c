/* compile.c: what a policy says, in plain lists, to the ruleset that judges by it. */
#include "decide/compile.h"

#include <stdlib.h>

#include "decide/names.h"
#include "decide/switches.h"
#include "decide/variables.h"

#define NETWORK (FA_BIT(FA_CONNECT) | FA_BIT(FA_LISTEN) | FA_BIT(FA_RESOLVE) | FA_BIT(FA_SOCKET))
#define EVERY_RIGHT (FA_BIT(FA_RIGHT_NONE) - 1)
#define TEXT_OF(string) ((fa_text){(string), strlen(string)})

/* Granted to everybody: what ordinary code needs at every step. */
static const fa_rights ordinary = FA_BIT(FA_THREADS) | FA_BIT(FA_CODE) | FA_BIT(FA_CUSTOM);

/* Which kind of check judges the events of a right. */
typedef enum kind { SWITCH, FILES, DIRECTORY, ADDRESSES, COMMANDS, SIGNALS, NAMES, VARIABLES } kind;

static kind
kind_of(const fa_event_row *row)
{
    if (row->unpacker == FA_UNPACK_NONE) {
        return SWITCH; /* without operands the right alone decides */
    }
    switch ((fa_right)row->right) {
    case FA_READ: case FA_CREATE: case FA_MODIFY: case FA_DELETE: case FA_METADATA: case FA_LINK:
        return FILES;
    case FA_CWD:
        return DIRECTORY;
    case FA_CONNECT: case FA_LISTEN: case FA_RESOLVE: case FA_SOCKET:
        return ADDRESSES;
    case FA_RUN: case FA_EXEC: case FA_FORK:
        return COMMANDS;
    case FA_SIGNAL:
        return SIGNALS;
    case FA_IMPORTS: case FA_NATIVE:
        return NAMES;
    case FA_ENV:
        return VARIABLES;
    case FA_UMASK: case FA_LIMITS: case FA_THREADS: case FA_INTERPRETERS: case FA_CODE:
    case FA_INTROSPECT: case FA_TRACE: case FA_HOOK: case FA_CUSTOM: case FA_RIGHT_NONE:
    case FA_RIGHT_COUNT:
        break;
    }
    return SWITCH;
}

/* The checks of a policy under one set of rights granted whole. */
typedef struct checks {
    fa_rights asked; /* granted whole and not denied */
    fa_rights allow; /* the same with what everybody has */
    const fa_check *paths, *homes, *addresses, *commands, *names, *variables; /* the arena's */
    bool every_file, every_address, every_command, every_name, every_variable; /* no check needed */
    bool makes_processes;
} checks;

static bool
has_name_deny(const fa_name_entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (entries[i].deny) {
            return true;
        }
    }
    return false;
}

/* The rules about files, with those for rights denied whole; and, of them, Python's own places. */
static bool
build_paths(fa_arena *arena, const fa_compile_spec *spec, checks *made)
{
    const fa_check *common = spec->common == NULL ? NULL : spec->common->paths;
    size_t count = spec->path_count;
    if (count > SIZE_MAX / sizeof(fa_path_rule) - FA_RIGHT_COUNT) {
        return false;
    }
    fa_path_rule *rules = calloc(count + FA_RIGHT_COUNT, sizeof *rules);
    if (rules == NULL) {
        return false;
    }
    size_t home_count = 0;
    for (size_t i = 0; i < count; i++) {
        bool home = spec->path_is_home != NULL && spec->path_is_home[i];
        if (home || spec->paths[i].kind == FA_PATH_SOURCES) {
            rules[home_count] = spec->paths[i];
            rules[home_count++].deny = 0;
        }
    }
    made->homes = fa_paths_new(arena, rules, home_count, 0, spec->common == NULL ? NULL : spec->common->homes);

    for (size_t i = 0; i < count; i++) {
        rules[i] = spec->paths[i];
    }
    fa_rights nowhere = spec->deny & FA_RIGHTS_OF_FILES;
    for (unsigned right = FA_READ; right <= FA_LINK; right++) {
        if ((nowhere & FA_BIT(right)) != 0) {
            rules[count++] = (fa_path_rule){
                .path = FA_TEXT("/"), .written = TEXT_OF(fa_right_word((fa_right)right)),
                .deny = FA_BIT(right), .kind = FA_PATH_ROOT,
            };
        }
    }
    fa_rights everywhere = made->allow & FA_RIGHTS_OF_FILES;
    made->paths = fa_paths_new(arena, rules, count, everywhere, common);
    free(rules);
    if (made->homes == NULL || made->paths == NULL) {
        return false;
    }
    made->every_file = everywhere == FA_RIGHTS_OF_FILES && !fa_paths_denies(made->paths);
    return true;
}

static bool
build_checks(fa_arena *arena, const fa_compile_spec *spec, fa_rights allow, checks *made)
{
    *made = (checks){.asked = allow & ~spec->deny, .allow = (allow | ordinary) & ~spec->deny};
    if (!build_paths(arena, spec, made)) {
        return false;
    }

    made->addresses = fa_addresses_new(arena, spec->addresses, spec->address_count,
                                       made->allow & NETWORK, spec->deny & NETWORK);
    made->every_address = (made->allow & NETWORK) == NETWORK;
    for (size_t i = 0; i < spec->address_count; i++) {
        made->every_address = made->every_address && !spec->addresses[i].deny;
    }

    bool env_denies = has_name_deny(spec->env, spec->env_count);
    bool every_variable = (made->allow & FA_BIT(FA_ENV)) != 0;
    made->variables = fa_variables_new(arena, spec->env, spec->env_count, every_variable,
                                       (spec->deny & FA_BIT(FA_ENV)) != 0);
    made->every_variable = every_variable && !env_denies;

    const fa_rights running = FA_BIT(FA_RUN) | FA_BIT(FA_EXEC);
    fa_commands_spec commands = {
        spec->commands, spec->command_count, made->allow & (running | FA_BIT(FA_FORK)),
        spec->deny & (running | FA_BIT(FA_FORK)), made->paths, made->variables,
    };
    made->commands = fa_commands_new(arena, &commands);
    made->every_command = (made->allow & running) == running;
    for (size_t i = 0; i < spec->command_count; i++) {
        made->every_command = made->every_command && !spec->commands[i].deny;
    }
    made->makes_processes = (made->allow & FA_BIT(FA_FORK)) != 0 ||
                            ((spec->deny & FA_BIT(FA_RUN)) == 0 && fa_commands_grant_any(&commands));

    const fa_rights loading = FA_BIT(FA_IMPORTS) | FA_BIT(FA_NATIVE);
    fa_names_spec names = {
        spec->imports, spec->natives, spec->import_count, spec->native_count, spec->imports_listed,
        made->allow, spec->deny, made->paths, made->homes,
    };
    made->names = fa_names_new(arena, &names);
    made->every_name = (made->allow & loading) == loading &&
                       !has_name_deny(spec->imports, spec->import_count) &&
                       !has_name_deny(spec->natives, spec->native_count);
    for (const fa_guarded *each = fa_names_guarded; each->name != NULL; each++) {
        made->every_name = made->every_name && (made->allow & FA_BIT(each->right)) != 0;
    }
    return made->addresses != NULL && made->variables != NULL && made->commands != NULL &&
           made->names != NULL;
}

/* The check for a row, by the checks of a policy. */
static const fa_check *
choose(const checks *made, const fa_event_row *row)
{
    /* What everybody has is not what would undo the guard: that takes its word. */
    bool granted = ((row->guard ? made->asked : made->allow) & FA_BIT(row->right)) != 0;
    switch (kind_of(row)) {
    case FILES:
        return made->every_file ? &fa_check_allow : made->paths;
    case DIRECTORY:
        return !granted ? &fa_switches_refuse : made->every_file ? &fa_check_allow : made->paths;
    case ADDRESSES:
        return made->every_address ? &fa_check_allow : made->addresses;
    case COMMANDS:
        return made->every_command ? &fa_check_allow : made->commands;
    case SIGNALS:
        return granted ? &fa_check_allow : fa_switches_signal(made->makes_processes);
    case NAMES:
        return made->every_name ? &fa_check_allow : made->names;
    case VARIABLES:
        return made->every_variable ? &fa_check_allow : made->variables;
    case SWITCH:
        break;
    }
    return granted ? &fa_check_allow : &fa_switches_refuse;
}

/* Whether the check of a row judges rights denied whole itself, because they may concern a part of its
 * events only. */
static bool
judges_denial(const fa_event_row *row)
{
    kind judged_by = kind_of(row);
    return judged_by == FILES || judged_by == NAMES || row->right == FA_SOCKET;
}

/* What names an event: the first entry that denies it, else one that grants it, or NULL. */
static const fa_name_entry *
find_event(const fa_compile_spec *spec, const char *name)
{
    const fa_name_entry *granting = NULL;
    for (size_t i = 0; i < spec->event_count; i++) {
        if (fa_switches_covers(&spec->events[i], name)) {
            if (spec->events[i].deny) {
                return &spec->events[i];
            }
            granting = &spec->events[i];
        }
    }
    return granting;
}

/* Listing the folders of sys.path is never refused: an empty answer would be kept for everybody. */
static const fa_check *
deny_listing(fa_arena *arena, const fa_compile_spec *spec, fa_text rule)
{
    fa_path_rule *rules = calloc(spec->path_count + 1, sizeof *rules);
    if (rules == NULL) {
        return NULL;
    }
    size_t count = 0;
    for (size_t i = 0; i < spec->path_count; i++) {
        if (spec->paths[i].kind == FA_PATH_SOURCES) {
            rules[count++] = spec->paths[i];
        }
    }
    rules[count++] = (fa_path_rule){.path = FA_TEXT("/"), .written = rule,
                                    .deny = FA_RIGHTS_OF_FILES, .kind = FA_PATH_ROOT};
    const fa_check *check = fa_paths_new(arena, rules, count, 0, spec->common == NULL ? NULL : spec->common->paths);
    free(rules);
    return check;
}

static const fa_check *
check_for(fa_ruleset *ruleset, const fa_compile_spec *spec, const checks plain_and_named[2],
          const fa_check *denied[FA_RIGHT_COUNT], uint16_t id)
{
    const fa_event_row *row = &fa_event_rows[id];
    if (!row->refusable) {
        return &fa_check_allow; /* the act itself is refused, where it can be */
    }
    const fa_name_entry *entry = find_event(spec, row->name);
    if (entry != NULL && entry->deny) {
        bool lists = id == FA_EVENT_OS_LISTDIR || id == FA_EVENT_OS_SCANDIR;
        return lists ? deny_listing(&ruleset->arena, spec, entry->pattern)
                     : fa_switches_deny(&ruleset->arena, entry->pattern, true);
    }
    if (row->right == FA_RIGHT_NONE) {
        return &fa_check_allow;
    }
    if ((spec->deny & FA_BIT(row->right)) != 0 && !judges_denial(row)) {
        if (denied[row->right] == NULL) {
            const char *word = fa_right_word((fa_right)row->right);
            denied[row->right] = fa_switches_deny(&ruleset->arena, TEXT_OF(word), false);
        }
        return denied[row->right];
    }
    return choose(&plain_and_named[entry != NULL ? 1 : 0], row);
}

fa_ruleset *
fa_compile(const fa_compile_spec *spec)
{
    fa_ruleset *ruleset = fa_ruleset_new();
    if (ruleset == NULL) {
        return NULL;
    }
    ruleset->common = spec->common == NULL ? NULL : fa_ruleset_hold(spec->common);
    const fa_check *denied[FA_RIGHT_COUNT] = {0};
    checks made[2]; /* as the policy grants; and for events that it names, which it grants whole */
    ruleset->name = fa_arena_copy(&ruleset->arena, spec->name);
    bool complete = ruleset->name != NULL &&
                    build_checks(&ruleset->arena, spec, spec->allow, &made[0]);
    if (complete) {
        made[1] = made[0];
        if (spec->event_count > 0) {
            complete = build_checks(&ruleset->arena, spec, EVERY_RIGHT, &made[1]);
        }
    }
    for (uint16_t id = 0; complete && id < FA_EVENT_COUNT; id++) {
        if (id == FA_EVENT_UNKNOWN) {
            ruleset->on[id] =
                (spec->deny & FA_BIT(FA_CUSTOM)) != 0
                    ? fa_switches_deny(&ruleset->arena, TEXT_OF(fa_right_word(FA_CUSTOM)), true)
                    : fa_switches_unknown(&ruleset->arena, spec->events, spec->event_count,
                                          spec->unknown || (made[0].asked & FA_BIT(FA_CUSTOM)) != 0);
        }
        else {
            ruleset->on[id] = check_for(ruleset, spec, made, denied, id);
        }
        complete = ruleset->on[id] != NULL;
    }
    if (!complete) {
        fa_ruleset_drop(ruleset);
        return NULL;
    }
    ruleset->addresses = made[0].addresses;
    ruleset->paths = made[0].paths;
    ruleset->homes = made[0].homes;
    return ruleset;
}
