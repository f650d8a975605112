/* magic.c: tells the links of /proc that lead elsewhere than their text says. */
#include "classify/magic.h"

#if defined(__linux__)

#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { PROC_MAGIC = 0x9fa0 }; /* PROC_SUPER_MAGIC, linux/magic.h */

/* Whether the folder of `path` lies in a process file system, wherever that is mounted: 1, 0, or -1
 * when it cannot be told. The folder is asked by its name, for asking the link takes a descriptor,
 * and a guest can use those up. */
static int
in_procfs(char *path)
{
    struct statfs where;
    char *slash = strrchr(path, '/');

    *slash = '\0';
    int status = statfs(slash == path ? "/" : path, &where);
    *slash = '/';
    return status != 0 ? -1 : where.f_type == PROC_MAGIC;
}

/* Whether `path` belongs to this process: its first number after the mount is what "self" says. */
static bool
is_own(const char *path)
{
    char own[32];
    ssize_t length = readlink("/proc/self", own, sizeof(own) - 2);

    if (length <= 0 || strncmp(path, "/proc/", 6) != 0) {
        return false;
    }
    own[length] = '/';
    return strncmp(path + 6, own, (size_t)length + 1) == 0;
}

fa_magic
fa_magic_tell(char *path, const char *text)
{
    struct stat led; /* what the link leads to */
    struct stat named;
    const char *slash = strchr(text, '/');
    const char *colon = strchr(text, ':');
    bool bare = colon != NULL && (slash == NULL || colon < slash); /* pipe:[7] */

    if (text[0] != '/' && !bare) {
        return FA_MAGIC_NONE;
    }
    int inside = in_procfs(path);
    if (inside == 0) {
        return FA_MAGIC_NONE;
    }
    if (inside < 0 || stat(path, &led) != 0) {
        return FA_MAGIC_FOREIGN;
    }
    if (!bare && stat(text, &named) == 0 &&
        led.st_dev == named.st_dev && led.st_ino == named.st_ino) {
        return FA_MAGIC_NAME;
    }
    /* A file that has lost this name but has another could be opened anew with more rights than
     * the policy gives at the other. */
    if ((S_ISREG(led.st_mode) || S_ISDIR(led.st_mode) || S_ISBLK(led.st_mode)) && !bare &&
        led.st_nlink > 0) {
        return FA_MAGIC_FOREIGN;
    }
    return FA_MAGIC_NAMELESS;
}

fa_magic
fa_magic_classify(char *path, const char *text)
{
    fa_magic told = fa_magic_tell(path, text);
    return told == FA_MAGIC_NAMELESS && !is_own(path) ? FA_MAGIC_FOREIGN : told;
}

#else

fa_magic
fa_magic_tell(char *path, const char *text)
{
    (void)path;
    (void)text;
    return FA_MAGIC_NONE;
}

fa_magic
fa_magic_classify(char *path, const char *text)
{
    (void)path;
    (void)text;
    return FA_MAGIC_NONE;
}

#endif
