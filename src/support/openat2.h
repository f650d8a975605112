/* openat2.h: opening a name that leads through no symbolic link, in one act of the kernel's. */
#ifndef FA_OPENAT2_H
#define FA_OPENAT2_H

#include <stdbool.h>

/* Open the absolute `path` with the flags of open(2), unless a symbolic link lies on its way or at its end (an
 * O_PATH | O_NOFOLLOW may name one). What open(2) ignores is ignored. Returns the descriptor, or minus an errno:
 * ELOOP for a link. Blocks as open(2) does. */
int fa_openat2(const char *path, int flags, unsigned mode);

/* Whether this system can: an old kernel cannot, a container may forbid it. What was found out is remembered. */
bool fa_openat2_works(void);

/* Opening failed with this errno: whether that is because the system cannot any more, which is remembered. */
bool fa_openat2_is_lost(int error);

#endif
