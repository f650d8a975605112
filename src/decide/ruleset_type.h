/* ruleset_type.h: the Python type over fa_ruleset, and what a policy asks the core while it is made. */
#ifndef FA_RULESET_TYPE_H
#define FA_RULESET_TYPE_H

#include "support/compat.h"

#include "decide/ruleset.h"

/* Put into the module: Ruleset, resolve, check_address, check_pattern, RIGHTS, EVENTS, GUARDED_MODULES.
 * Returns 0, or -1 with an exception set. */
int fa_ruleset_type_exec(PyObject *module);

/* The ruleset of a Ruleset object, borrowed from it; NULL with a TypeError for anything else. Hold it
 * (fa_ruleset_hold) to keep it longer than the object. */
const fa_ruleset *fa_ruleset_type_borrow(PyObject *object);

#endif
