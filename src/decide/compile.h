/* compile.h: what a policy says, in plain lists, to the ruleset that judges by it. */
#ifndef FA_COMPILE_H
#define FA_COMPILE_H

#include "decide/addresses.h"
#include "decide/commands.h"
#include "decide/name_entry.h"
#include "decide/paths.h"
#include "decide/ruleset.h"

/* A policy in plain lists. Everything is borrowed for the time of the call, and copied or held. */
typedef struct fa_compile_spec {
    fa_text name;
    fa_rights allow; /* rights granted whole */
    fa_rights deny;  /* rights taken away whole: beats every grant */
    const fa_ruleset *common; /* a plain one without such, whose rules about files hold as well; NULL for none. Held */
    const fa_path_rule *paths;
    const bool *path_is_home; /* for each path rule: Python's own code lies there; NULL: for none */
    const fa_address_entry *addresses;
    const fa_command_entry *commands;
    const fa_name_entry *imports;
    const fa_name_entry *natives;
    const fa_name_entry *env;
    const fa_name_entry *events; /* whole names, or prefixes that end in ".*" */
    size_t path_count, address_count, command_count, import_count, native_count, env_count,
        event_count;
    bool imports_listed; /* only what `imports` grants may be imported; else everything may */
    bool unknown;        /* events that the catalogue lacks are allowed */
} fa_compile_spec;

/* Owned, with one reference; NULL when out of memory.
 *
 * What is allowed without a grant: what belongs to the running of Python, threads, code, events of
 * libraries, and what cannot be refused. What would undo the guard is allowed only by its right's
 * word or its event's name. */
fa_ruleset *fa_compile(const fa_compile_spec *spec);

#endif
