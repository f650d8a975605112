/* errand.h: what a function of os does to files, in plain operands: the system call behind it. */
#ifndef FA_ERRAND_H
#define FA_ERRAND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

typedef enum fa_deed {
    FA_DO_CHMOD, FA_DO_CHOWN, FA_DO_LINK, FA_DO_MKDIR, FA_DO_MKFIFO, FA_DO_MKNOD, FA_DO_REMOVE, FA_DO_REMOVEXATTR,
    FA_DO_RENAME, FA_DO_RMDIR, FA_DO_SETXATTR, FA_DO_SYMLINK, FA_DO_TRUNCATE, FA_DO_UTIME
} fa_deed;

/* Only the members that a deed takes are set. Texts are borrowed. */
typedef struct fa_errand {
    fa_deed deed;
    bool leaves_links;  /* a link at the end is itself meant (chmod) */
    mode_t mode;
    dev_t device;
    uid_t owner;
    gid_t group;
    bool now;           /* of utime: no times were given */
    struct timespec times[2];
    off_t length;
    const char *text;   /* an attribute's name, or what a link is to say */
    const void *value;
    size_t size;
    int flags;
} fa_errand;

/* Whether it makes what was not there: a directory, a pipe with a name, a node. */
static inline bool
fa_errand_makes(fa_deed deed)
{
    return deed == FA_DO_MKDIR || deed == FA_DO_MKFIFO || deed == FA_DO_MKNOD;
}

/* The mode where the call gives none. */
static inline mode_t
fa_errand_usual_mode(fa_deed deed)
{
    return deed == FA_DO_MKNOD ? 0600 : deed == FA_DO_MKFIFO ? 0666 : 0777;
}

/* Whether names mean something else after it. */
bool fa_errand_changes_names(fa_deed deed);

/* Do it to the file of that name, which is canonical: what it leads to by now through a link at its end is left alone
 * wherever the system can. `other` is the second name of a deed that has two (FA_DO_LINK, FA_DO_RENAME). Returns 0 or
 * an errno. */
int fa_errand_run(const fa_errand *errand, const char *name, const char *other);

/* Do it to what a link of /proc leads to: only deeds that change a file itself. */
int fa_errand_run_through(const fa_errand *errand, const char *link);

#endif
