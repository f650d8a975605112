/* commands.h: one kind of check: programs to run. */
#ifndef FA_COMMANDS_H
#define FA_COMMANDS_H

#include "decide/check.h"
#include "support/arena.h"

/* One command rule. Every text is copied. */
typedef struct fa_command_entry {
    fa_text name;        /* as written: "git", or a path */
    fa_text place;       /* canonical folder and last name; empty: this host does not have it */
    fa_text target;      /* what the place leads to */
    fa_text written;     /* the whole rule, for messages */
    const fa_text *args; /* a pattern for each argument after the name */
    uint32_t arg_count;
    bool open_ended;     /* any further arguments */
    bool deny;
    bool quiet; /* without deny: grants nothing, refuses quietly */
} fa_command_entry;

/* What a policy says about programs. Borrowed for the time of the call. */
typedef struct fa_commands_spec {
    const fa_command_entry *entries;
    size_t count;
    fa_rights everywhere;      /* rights granted whole: run, exec */
    fa_rights nowhere;         /* rights taken away whole */
    const fa_check *paths;     /* what the policy grants of files: a candidate that somebody may create
                                * or change is no other spelling of a rule's program */
    const fa_check *variables; /* judges the child's environment */
} fa_commands_spec;

/* Build the check. The memory is the arena's; NULL when out of memory. Judges FA_SHAPE_COMMAND. */
const fa_check *fa_commands_new(fa_arena *arena, const fa_commands_spec *spec);

/* Whether some entry grants to run something. */
bool fa_commands_grant_any(const fa_commands_spec *spec);

/* Whether a program that lies at `place` (canonical) is called by it, or by the other name of /usr/bin. */
bool fa_commands_names_place(fa_text called, fa_text place);

#endif
