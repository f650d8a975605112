/* neighbours.h: many names resolved one after the other, of which neighbours cost one question to the kernel. */
#ifndef FA_NEIGHBOURS_H
#define FA_NEIGHBOURS_H

#include "classify/resolve.h"

enum { FA_NEIGHBOURS_STEPS = 64 }; /* deeper components are asked for each time */

/* What the name before has shown, component by component. */
typedef struct fa_neighbours {
    char spelled[FA_PATH_BYTES]; /* that name; not NUL-terminated */
    size_t length;               /* its bytes up to the last step */
    struct {
        uint16_t spelled; /* bytes of `spelled` … */
        uint16_t real;    /* … and of real.path that it is */
        bool missing;     /* there is nothing */
    } steps[FA_NEIGHBOURS_STEPS];
    int count; /* steps; the first is the root */
    fa_resolved real;
} fa_neighbours;

void fa_neighbours_begin(fa_neighbours *seen);

/* Resolve an absolute `path` as fa_resolve(path, -1, FA_FOLLOW) would, into *canonical, which is valid until
 * the next call. What an earlier call of the same round has found out of a folder is believed: for the building
 * of a policy, where every root counts as it is at that moment; never for a check. Returns 0 or an errno. */
int fa_neighbours_resolve(fa_neighbours *seen, fa_text path, fa_text *canonical);

#endif
