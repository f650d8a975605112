/* errand.c: what a function of os does to files, in plain operands: the system call behind it. */
#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "interpose/errand.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/xattr.h>
#endif

bool
fa_errand_changes_names(fa_deed deed)
{
    switch (deed) {
    case FA_DO_LINK:
    case FA_DO_REMOVE:
    case FA_DO_RENAME:
    case FA_DO_RMDIR:
    case FA_DO_SYMLINK:
        return true;
    case FA_DO_CHMOD:
    case FA_DO_CHOWN:
    case FA_DO_MKDIR: /* where nothing was */
    case FA_DO_MKFIFO:
    case FA_DO_MKNOD:
    case FA_DO_REMOVEXATTR:
    case FA_DO_SETXATTR:
    case FA_DO_TRUNCATE:
    case FA_DO_UTIME:
        break;
    }
    return false;
}

/* What changes a file itself. `follows`: what a link at the end leads to. */
static int
change(const fa_errand *errand, const char *name, bool follows)
{
    int at = follows ? 0 : AT_SYMLINK_NOFOLLOW;

    switch (errand->deed) {
    case FA_DO_CHMOD:
        return errand->leaves_links ? fchmodat(AT_FDCWD, name, errand->mode, at) : chmod(name, errand->mode);
    case FA_DO_CHOWN:
        return fchownat(AT_FDCWD, name, errand->owner, errand->group, at);
    case FA_DO_TRUNCATE:
        return truncate(name, errand->length);
    case FA_DO_UTIME:
        return utimensat(AT_FDCWD, name, errand->now ? NULL : errand->times, at);
#if defined(__linux__)
    case FA_DO_SETXATTR:
        return (follows ? setxattr : lsetxattr)(name, errand->text, errand->value, errand->size, errand->flags);
    case FA_DO_REMOVEXATTR:
        return (follows ? removexattr : lremovexattr)(name, errand->text);
#else
    case FA_DO_SETXATTR:
    case FA_DO_REMOVEXATTR:
#endif
    case FA_DO_LINK:
    case FA_DO_MKDIR:
    case FA_DO_MKFIFO:
    case FA_DO_MKNOD:
    case FA_DO_REMOVE:
    case FA_DO_RENAME:
    case FA_DO_RMDIR:
    case FA_DO_SYMLINK:
        break;
    }
    errno = ENOTSUP;
    return -1;
}

int
fa_errand_run(const fa_errand *errand, const char *name, const char *other)
{
    int status = -1;

    switch (errand->deed) {
    case FA_DO_LINK:
        status = linkat(AT_FDCWD, name, AT_FDCWD, other, 0);
        break;
    case FA_DO_MKDIR:
        status = mkdir(name, errand->mode);
        break;
    case FA_DO_MKFIFO:
        status = mkfifo(name, errand->mode);
        break;
    case FA_DO_MKNOD:
        status = mknod(name, errand->mode, errand->device);
        break;
    case FA_DO_REMOVE:
        status = unlink(name);
        break;
    case FA_DO_RENAME:
        status = rename(name, other);
        break;
    case FA_DO_RMDIR:
        status = rmdir(name);
        break;
    case FA_DO_SYMLINK:
        status = symlink(errand->text, name);
        break;
    case FA_DO_CHMOD:
    case FA_DO_CHOWN:
    case FA_DO_REMOVEXATTR:
    case FA_DO_SETXATTR:
    case FA_DO_TRUNCATE:
    case FA_DO_UTIME:
        status = change(errand, name, false);
        break;
    }
    return status == 0 ? 0 : errno;
}

int
fa_errand_run_through(const fa_errand *errand, const char *link)
{
    return change(errand, link, true) == 0 ? 0 : errno;
}
