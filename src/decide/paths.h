/* paths.h: one kind of check: places in the file system against granted roots and patterns. */
#ifndef FA_PATHS_H
#define FA_PATHS_H

#include "decide/check.h"
#include "support/arena.h"

typedef enum fa_path_kind {
    FA_PATH_ROOT,    /* this place and everything beneath it */
    FA_PATH_PATTERN, /* `*` within a component, `?`, `[…]`, leading or inner `**` at any depth */
    FA_PATH_SOURCES, /* a folder of sys.path: its names, and Python's own kinds of file beneath it */
    FA_PATH_NAMES    /* this folder's own names, and nothing beneath it */
} fa_path_kind;

/* One entry of a policy. `path` is absolute and canonical (patterns: their fixed part is; one that
 * begins with two stars and a slash matches anywhere). */
typedef struct fa_path_rule {
    fa_text path;    /* copied */
    fa_text written; /* as the user wrote it, for messages; copied */
    fa_rights allow; /* rights of files that the rule grants … */
    fa_rights deny;  /* … or takes away: deny beats allow, always … */
    fa_rights quiet; /* … or refuses quietly where nothing grants them */
    uint8_t kind;    /* fa_path_kind */
} fa_path_rule;

/* Build the check over file rules; `everywhere` are rights granted for every path. `common`, borrowed for as long
 * as the check lives: another such check, without one, whose rules hold as well; or NULL. The memory is the
 * arena's. NULL when out of memory. Judges FA_SHAPE_FILES. */
const fa_check *fa_paths_new(fa_arena *arena, const fa_path_rule *rules, size_t count,
                             fa_rights everywhere, const fa_check *common);

/* Whether any rule takes a right away. */
bool fa_paths_denies(const fa_check *paths);

/* The rights of files that the rules grant at a canonical path: what the judge compares. */
fa_rights fa_paths_grants(const fa_check *paths, fa_text path);

#endif
