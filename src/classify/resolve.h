/* resolve.h: a path as given to the canonical path that the kernel would reach. */
#ifndef FA_RESOLVE_H
#define FA_RESOLVE_H

#include "support/plain.h"

#define FA_PATH_BYTES 4096 /* longest canonical path, with its NUL; longer ones are ENAMETOOLONG */

typedef enum fa_follow {
    FA_FOLLOW,    /* what the name leads to: open, chdir, truncate, chmod */
    FA_NO_FOLLOW, /* the name itself: canonical parent plus last name (unlink, rename, lstat) */
    FA_LOOSELY    /* added to either: `exists` may be set for a name beneath a file. Costs two system calls fewer */
} fa_follow;

/* What stands behind the last name of a path, or of the text of the link that it ended in. Either follows the
 * name, whatever was asked, and wants a directory there. */
typedef enum fa_closing {
    FA_CLOSING_NONE,
    FA_CLOSING_SLASH, /* "/" */
    FA_CLOSING_DOT    /* "/." or "/..": the last name is none that could be made */
} fa_closing;

typedef struct fa_resolved {
    char path[FA_PATH_BYTES]; /* absolute, canonical, NUL-terminated */
    size_t length;            /* bytes, without the NUL */
    bool exists;
    bool directory;
    int number; /* where `path` is "": the descriptor that it led to, or -1 */
    bool broken; /* a ".." leads up from what is no directory: the kernel would not have come here */
    fa_closing closing;
} fa_resolved;

/* Resolve `path` (NUL-free bytes) against the directory of `dir_fd` (-1: the process's).
 *
 * What does not exist yet is its canonical parent plus its last name; a missing parent is
 * resolved as far as it exists, and the rest is appended (no `..` may lie in the rest).
 * /proc/self/fd/N, /dev/fd/N and their like are followed to what they lead to; what has no name
 * in the file system (a pipe, a socket, a deleted file) gives 0 with `path` "" and length 0.
 * Returns 0, or an errno: the caller refuses. Allocates nothing, takes no lock. */
int fa_resolve(fa_text path, int dir_fd, fa_follow follow, fa_resolved *result);

/* Where resolving fails, and with what errno: ELOOP, EACCES or ENOENT, with the place in `result` as far as it is
 * canonical. 0 when it does not fail, or the kernel might fare otherwise. */
int fa_resolve_failing(fa_text path, int dir_fd, fa_follow follow, fa_resolved *result);

/* Where that probably is, without asking the kernel whether it is: what `path` spells, with a link that this
 * thread met lately followed. exists and directory are not looked at. False when nothing short of
 * fa_resolve() can tell. For who lets the kernel refuse the name if a link is on its way. */
bool fa_resolve_likely(fa_text path, int dir_fd, fa_follow follow, fa_resolved *result);

/* Put back what stood at the end of the name that was given: the kernel has errors of its own for each ending. The
 * length stays that of the canonical path. Returns 0 or ENAMETOOLONG. */
int fa_resolve_close(fa_resolved *result);

/* The name of the directory behind `dir_fd` (-1: the process's), canonical; exists and directory are
 * not looked at. Returns 0, or an errno (EBADF, ENOTDIR). */
int fa_resolve_directory(int dir_fd, fa_resolved *result);

/* fa_resolve() without openat2: component by component. What other systems, old kernels and containers
 * that forbid openat2 use; exposed so that tests can compare the two. */
int fa_resolve_portably(fa_text path, int dir_fd, fa_follow follow, fa_resolved *result);

#endif
