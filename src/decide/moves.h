/* moves.h: what a rename, a link or a removal would do to the rules, beyond the rights it asks for. */
#ifndef FA_MOVES_H
#define FA_MOVES_H

#include "decide/standing.h"

/* Why `event` (FA_SHAPE_FILES, places resolved) must not happen although it has the rights it asks
 * for; FA_ALLOW when nothing speaks against it. */
fa_verdict fa_moves_judge(const fa_file_rules *rules, const fa_event *event);

/* The first right of the set; FA_RIGHT_NONE of an empty one. */
fa_right fa_moves_first_right(fa_rights rights);

#endif
