/* spelling.c: a name as it is spelled, and whether the kernel reaches it without following a link. */
#if defined(__linux__)
#define _GNU_SOURCE /* O_PATH */
#endif

#include "classify/spelling.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "classify/walk.h"
#include "support/openat2.h"

bool
fa_spelling_is_plain(fa_text path)
{
    const char *at = path.bytes + (path.length > 0 && path.bytes[0] == '/');
    const char *end = path.bytes + path.length;

    while (at < end && *at != '/') {
        if (*at == '.' && (at + 1 == end || at[1] == '/' || at[1] == '.')) {
            return false;
        }
        at = memchr(at, '/', (size_t)(end - at));
        if (at == NULL) {
            return true;
        }
        at++;
    }
    return false;
}

int
fa_spelling_append(fa_text path, fa_resolved *result, fa_spelling *read)
{
    size_t at = 0;
    fa_text name;

    if (fa_spelling_is_plain(path)) {
        *read = (fa_spelling){false, FA_CLOSING_NONE};
        size_t slash = path.bytes[0] == '/';
        return fa_walk_append(result, (fa_text){path.bytes + slash, path.length - slash});
    }
    fa_closing behind = path.length > 0 && path.bytes[path.length - 1] == '/' ? FA_CLOSING_SLASH : FA_CLOSING_NONE;
    *read = (fa_spelling){false, behind};
    while ((name = fa_walk_component(path, &at)).length > 0) {
        if (name.bytes[0] == '.' && name.length == 1) {
            read->closed = FA_CLOSING_DOT;
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
        read->closed = behind;
    }
    return 0;
}

#if defined(O_PATH)

/* Whether the kernel reaches `path` without following a link; then it is canonical as it is spelled.
 * Returns 0 or an errno. `directory` may be NULL. */
static int
ask_kernel(const char *path, int flags, bool *directory)
{
    struct stat status;

    int descriptor = fa_openat2(path, O_PATH | O_CLOEXEC | flags, 0);
    if (descriptor < 0) {
        return -descriptor;
    }
    /* Only what the kernel said while it opened counts; this descriptor is nobody's to rely on. */
    if (directory != NULL) {
        *directory = fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
    }
    close(descriptor);
    return 0;
}

/* The same by asking for a directory: where a file is, the kernel says so and there is nothing to close.
 * It says the same of a name beneath a file; whichever of the two, it has met no link on its way. */
static int
ask_for_directory(fa_resolved *result, int flags)
{
    int error = ask_kernel(result->path, O_DIRECTORY | flags, NULL);

    result->directory = error == 0;
    return error == ENOTDIR ? 0 : error;
}

bool
fa_spelling_is_canonical(bool follow, bool loosely, fa_resolved *result)
{
    int flags = follow ? 0 : O_NOFOLLOW;

    if (result->length == 0) {
        result->exists = result->directory = true;
        return true;
    }
    int error = loosely ? ask_for_directory(result, flags)
                        : ask_kernel(result->path, flags, &result->directory);
    if (error == 0) {
        result->exists = true;
        return true;
    }
    /* The kernel walks from left to right, and would have said ELOOP at the first link: so from some name on
     * nothing is there, or can be (a name too long for any file), and the names up to it are canonical. */
    return error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG;
}

#else

bool
fa_spelling_is_canonical(bool follow, bool loosely, fa_resolved *result)
{
    (void)follow;
    (void)loosely;
    (void)result;
    return false; /* the walk has to find out */
}

#endif
