/* standing.h: where a path stands among the file rules of a policy. */
#ifndef FA_STANDING_H
#define FA_STANDING_H

#include "decide/path_set.h"
#include "decide/paths.h"
#include "decide/pattern.h"

/* A rule, ready to be compared. The path is in the entry of the set, or in the pattern. */
typedef struct fa_file_rule {
    const char *written;       /* borrowed from the arena */
    const fa_pattern *pattern; /* borrowed from the arena; NULL unless the kind is pattern */
    uint8_t allow, deny, quiet; /* sets of rights: all of files are among the first eight */
    uint8_t kind;              /* fa_path_kind */
    bool holds;                /* a root that grants more than the roots it lies beneath. Of common rules nobody reads it:
                                * they may lie beneath a policy's own; see fa_standing_holds() */
} fa_file_rule;

/* The data of the check: built by fa_paths_new(), then only read. */
typedef struct fa_file_rules {
    fa_check check;
    const struct fa_file_rules *common; /* borrowed: rules that hold as well, of many policies; NULL for none, and for
                                         * those */
    fa_rights everywhere; /* granted for every path */
    fa_rights nowhere;    /* denied for every path */
    fa_rights anywhere;   /* granted somewhere */
    fa_path_set places;   /* roots and folders of sources; items are indices of `rules` */
    const fa_file_rule *rules;     /* borrowed from the arena; roots and folders */
    const fa_file_rule *patterns;  /* borrowed from the arena */
    uint32_t pattern_count;
    uint8_t denies;         /* by any rule, common ones included … */
    uint8_t pattern_denies; /* … by any pattern of its own … */
    uint8_t pattern_grants; /* … allowed or quietly refused by any */
} fa_file_rules;

/* What the rules say of one path. */
typedef struct fa_standing {
    fa_rights allow; /* granted, denied or not */
    fa_rights deny;
    fa_rights quiet;
    fa_rights sources;   /* granted to Python's kinds of file here: a folder of sources, or beneath */
    bool sources_folder; /* it is one */
    fa_rights names;     /* granted to listing this very folder */
    const char *denied_by; /* borrowed: a rule that denies one of the rights asked for, or NULL */
} fa_standing;

/* The rights left when denied ones are taken away. */
static inline fa_rights
fa_standing_rights(const fa_standing *standing)
{
    return standing->allow & ~standing->deny;
}

/* What holds of the rights in `asks`; what is said of others may be incomplete. `directory`: one is
 * there, so that nothing of a folder of sources but its names can be read as the folder itself. */
fa_standing fa_standing_find(const fa_file_rules *rules, fa_text path, bool directory, fa_rights asks);

/* Whether an entry of `layer`, which is `rules` or their common ones, is a root that grants more than the roots it
 * lies beneath. */
bool fa_standing_holds(const fa_file_rules *rules, const fa_file_rules *layer, const fa_path_entry *entry);

/* The rule that grants one of `rights` at `path`, as written, or NULL. */
const char *fa_standing_granted_by(const fa_file_rules *rules, fa_text path, fa_rights rights);

#endif
