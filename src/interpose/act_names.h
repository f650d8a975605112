/* act_names.h: canonical names as the kernel is to get them, so that it says of them what it says of the given ones. */
#ifndef FA_ACT_NAMES_H
#define FA_ACT_NAMES_H

#include "classify/resolve.h"
#include "interpose/guarded_act.h"

/* Whether the act has to do with the names themselves, not with what they lead to. */
bool fa_act_names_are_meant(const fa_os_call *act);

/* Make the path of `place`, which is what the act's name number `at` was judged as, end as that does. Returns 0, or
 * the errno that the kernel has for the name as it was given, and not for the canonical one. */
int fa_act_names_finish(const fa_os_call *act, int at, fa_resolved *place);

#endif
