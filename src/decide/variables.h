/* variables.h: one kind of check: environment variables, and which of them steer programs. */
#ifndef FA_VARIABLES_H
#define FA_VARIABLES_H

#include "decide/check.h"
#include "decide/name_entry.h"

/* Build the check over granted and denied names (fnmatch-style); with `everything` no name needs a
 * grant, with `nothing` all are denied. The memory is the arena's. NULL when out of memory. Judges FA_SHAPE_NAME.
 *
 * A name that no entry mentions is free, unless it steers how programs load, start, find or trust. */
const fa_check *fa_variables_new(fa_arena *arena, const fa_name_entry *entries, size_t count,
                                 bool everything, bool nothing);

/* Whether a child may be started with "NAME=VALUE": the name is free or granted, or the value is the
 * one that this process has at the moment. */
bool fa_variables_pass(const fa_check *variables, fa_text assignment);

/* Whether "NAME=VALUE" would need a grant: the name steers, and this process has another value. */
bool fa_variables_steers(fa_text assignment);

/* Whether a name steers how programs load, start, find or trust. */
bool fa_variables_is_steering(fa_text name);

#endif
