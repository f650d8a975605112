/* names.h: one kind of check: modules to import, and native code to load. */
#ifndef FA_NAMES_H
#define FA_NAMES_H

#include "decide/check.h"
#include "decide/name_entry.h"

/* What a policy says about modules. Borrowed for the time of the call. */
typedef struct fa_names_spec {
    const fa_name_entry *imports; /* "pkg" covers pkg and what lies in it; `*` within a component */
    const fa_name_entry *natives;
    size_t import_count, native_count;
    bool listed;           /* only what `imports` grants may be imported; else everything may */
    fa_rights everywhere;  /* rights granted whole … */
    fa_rights nowhere;     /* … and taken away whole */
    const fa_check *paths; /* what the policy grants of files: native code is not loaded from where
                            * the policy lets somebody write */
    const fa_check *homes; /* where Python's own code lies: readable there, loadable by itself */
} fa_names_spec;

/* Build the check. The memory is the arena's; NULL when out of memory. Judges FA_SHAPE_NAME of
 * imports, libraries and database extensions. */
const fa_check *fa_names_new(fa_arena *arena, const fa_names_spec *spec);

/* A module that would undo the guard: importable only by its right, or when `imports` names it. */
typedef struct fa_guarded {
    const char *name; /* it and what lies in it */
    uint8_t right;    /* fa_right that grants it */
    const char *why;
} fa_guarded;

/* The guarded modules; the last one has the name NULL. */
extern const fa_guarded fa_names_guarded[];

#endif
