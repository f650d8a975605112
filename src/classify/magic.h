/* magic.h: links that the kernel follows by other means than their text (/proc/PID/fd/N, cwd, root). */
#ifndef FA_MAGIC_H
#define FA_MAGIC_H

#include "support/plain.h"

typedef enum fa_magic {
    FA_MAGIC_NONE,     /* an ordinary link: its text says where it leads */
    FA_MAGIC_NAME,     /* it leads to what its text names, and the text is canonical */
    FA_MAGIC_NAMELESS, /* an open descriptor of this process that no name leads to */
    FA_MAGIC_FOREIGN   /* it leads to where no name of ours does: another process's, another root */
} fa_magic;

/* What the link called `path` (canonical folder plus last name, NUL-terminated) is, given its text,
 * NUL-terminated. Leaves `path` as it was. */
fa_magic fa_magic_classify(char *path, const char *text);

/* The same of a process that is known to have only what this one has: its descriptors count as ours. */
fa_magic fa_magic_tell(char *path, const char *text);

#endif
