/* spelling.c: a name as it is spelled, and whether the kernel reaches it without following a link. */
#if defined(__linux__)
#define _GNU_SOURCE /* O_PATH */
#endif

#include "classify/spelling.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/syscall.h>
#endif

#include "classify/walk.h"

int
fa_spelling_append(fa_text path, fa_resolved *result, fa_spelling *read)
{
    size_t at = 0;
    fa_text name;

    *read = (fa_spelling){false, path.length > 0 && path.bytes[path.length - 1] == '/'};
    while ((name = fa_walk_component(path, &at)).length > 0) {
        if (name.bytes[0] == '.' && name.length == 1) {
            read->closed = read->closed || at == path.length;
            continue;
        }
        if (name.bytes[0] == '.' && name.length == 2 && name.bytes[1] == '.') {
            read->climbs = true;
            return 0;
        }
        int error = fa_walk_append(result, name);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

#if defined(__linux__) && defined(SYS_openat2)

/* As in linux/openat2.h, which older systems lack. */
struct open_how_of_linux {
    uint64_t flags;
    uint64_t mode;
    uint64_t resolve;
};
enum { NO_MAGIC_LINKS = 0x02, NO_LINKS = 0x04 };

/* Whether the kernel reaches `path` without following a link; then it is canonical as it is spelled.
 * Returns 0 or an errno. */
static int
ask_kernel(const char *path, uint64_t flags, bool *directory)
{
    struct open_how_of_linux how = {
        .flags = O_PATH | O_CLOEXEC | flags, .resolve = NO_LINKS | NO_MAGIC_LINKS
    };
    struct stat status;

    int descriptor = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
    if (descriptor < 0) {
        return errno;
    }
    /* Only what the kernel said while it opened counts; this descriptor is nobody's to rely on. */
    *directory = fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
    close(descriptor);
    return 0;
}

bool
fa_spelling_is_canonical(bool follow, fa_resolved *result)
{
    if (result->length == 0) {
        result->exists = result->directory = true;
        return true;
    }
    int error = ask_kernel(result->path, follow ? 0 : O_NOFOLLOW, &result->directory);
    if (error == 0) {
        result->exists = true;
        return true;
    }
    if (error != ENOENT) {
        return false;
    }
    /* With a link at its end the answer would have been ELOOP, so the last name is simply missing,
     * if what it would lie in is there. */
    bool parent;
    char *slash = strrchr(result->path, '/');
    if (slash == result->path) {
        return true;
    }
    *slash = '\0';
    error = ask_kernel(result->path, O_DIRECTORY, &parent);
    *slash = '/';
    return error == 0;
}

#else

bool
fa_spelling_is_canonical(bool follow, fa_resolved *result)
{
    (void)follow;
    (void)result;
    return false; /* the walk has to find out */
}

#endif
