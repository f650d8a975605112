/* resolve.c: a path as given to the canonical path, in one system call where the kernel can tell. */
#include "classify/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "classify/hints.h"
#include "classify/spelling.h"
#include "classify/walk.h"

/* The name of the directory behind `dir_fd`, or of the process's, canonical. The name is all that
 * is taken from the descriptor: by the next system call another thread may have put a different
 * directory behind the same number. Returns 0 or an errno. */
static int
read_base(int dir_fd, fa_resolved *result)
{
    if (dir_fd < 0) {
        if (getcwd(result->path, sizeof(result->path)) == NULL) {
            return errno == ERANGE ? ENAMETOOLONG : errno;
        }
    }
    else {
#if defined(__linux__)
        char link[40];
        snprintf(link, sizeof(link), "/proc/self/fd/%d", dir_fd);
        ssize_t length = readlink(link, result->path, sizeof(result->path));
        if (length < 0) {
            return errno == ENOENT ? EBADF : errno;
        }
        if ((size_t)length == sizeof(result->path)) {
            return ENAMETOOLONG;
        }
        result->path[length] = '\0';
#elif defined(F_GETPATH)
        if (fcntl(dir_fd, F_GETPATH, result->path) != 0) {
            return errno;
        }
#else
        return ENOTSUP;
#endif
    }
    if (result->path[0] != '/') { /* "(unreachable)…", "pipe:[7]" */
        return ENOTDIR;
    }
    result->length = strlen(result->path);
    if (result->length == 1) {
        result->length = 0;
    }
    return 0;
}

static void
clear(fa_resolved *result)
{
    result->length = 0;
    result->path[0] = '\0';
    result->exists = false;
    result->directory = false;
    result->broken = false;
    result->closing = FA_CLOSING_NONE;
}

/* Where the steps of `path` begin. Length 0 stands for the root until finish(). */
static int
begin(fa_text path, int dir_fd, fa_resolved *result)
{
    clear(result);
    if (path.length == 0) {
        return ENOENT;
    }
    if (memchr(path.bytes, '\0', path.length) != NULL) {
        return EINVAL;
    }
    if (path.length >= FA_PATH_BYTES) {
        return ENAMETOOLONG;
    }
    return path.bytes[0] == '/' ? 0 : read_base(dir_fd, result);
}

/* An error leaves no path behind that somebody could judge by mistake. */
static int
finish(int error, bool nameless, fa_resolved *result)
{
    if (error != 0) {
        result->length = 0;
        result->path[0] = '\0';
        result->exists = false;
        result->directory = false;
    }
    else if (result->length == 0 && !nameless) {
        memcpy(result->path, "/", 2);
        result->length = 1;
    }
    return error;
}

int
fa_resolve_directory(int dir_fd, fa_resolved *result)
{
    clear(result);
    return finish(read_base(dir_fd, result), false, result);
}

int
fa_resolve_portably(fa_text path, int dir_fd, fa_follow follow, fa_resolved *result)
{
    fa_walk walk;
    bool done = false;

    int error = begin(path, dir_fd, result);
    if (error != 0) {
        return finish(error, false, result);
    }
    error = fa_walk_begin(&walk, path);
    while (error == 0 && !done) {
        error = fa_walk_on(&walk, follow, result, &done);
    }
    return finish(error, walk.nameless, result);
}

/* Spell `rest` out behind what `result` holds, and ask whether that is it. Leaves `result` as it was
 * when it is not, or cannot be told. */
static bool
try_spelling(fa_text rest, fa_follow follow, bool loosely, fa_resolved *result)
{
    fa_spelling read;
    size_t base = result->length;

    if (fa_spelling_append(rest, result, &read) == 0 && !read.climbs &&
        fa_spelling_is_canonical(follow == FA_FOLLOW || read.closed != FA_CLOSING_NONE, loosely, result)) {
        result->closing = read.closed;
        return true;
    }
    result->length = base;
    result->path[base] = '\0';
    return false;
}

/* Walk over one link, and try again: few paths have a second. */
static int
walk_and_try(fa_text path, fa_follow follow, bool loosely, fa_resolved *result)
{
    fa_walk walk;
    bool done = false;

    int error = fa_walk_begin(&walk, path);
    while (error == 0 && !done) {
        error = fa_walk_on(&walk, follow, result, &done);
        done = done || (error == 0 && try_spelling(fa_walk_rest(&walk), follow, loosely, result));
    }
    return finish(error, walk.nameless, result);
}

/* Go over the link that was met before at the first `length` bytes of the path that `result` spells, and
 * spell out what follows from that. Leaves anything in `result` when it fails. */
static bool
jump(size_t length, fa_resolved *result)
{
    fa_walk walk;
    fa_spelling read;
    fa_text rest = {result->path + length, result->length - length};

    if (fa_walk_begin(&walk, rest) != 0) {
        return false;
    }
    result->length = length;
    result->path[length] = '\0';
    int error = fa_walk_over(&walk, result);
    if (error == ENOLINK) {
        fa_hints_forget((fa_text){result->path, length});
    }
    if (error != 0 || walk.nameless || fa_spelling_append(fa_walk_rest(&walk), result, &read) != 0 || read.climbs) {
        return false;
    }
    result->closing = read.closed > result->closing ? read.closed : result->closing;
    return true;
}

/* Where `path` probably leads from the directory that `result` holds: as it is spelled, or over a link that
 * was met before. `*follows`: whether a link as the last name is to be followed; `*jumped`: whether `result`
 * no longer begins with that directory. */
static bool
guess(fa_text path, bool *follows, bool *jumped, fa_resolved *result)
{
    fa_spelling read;

    *jumped = false;
    if (fa_spelling_append(path, result, &read) != 0 || read.climbs) {
        return false;
    }
    *follows = *follows || read.closed != FA_CLOSING_NONE;
    result->closing = read.closed;
    size_t hint = fa_hints_find((fa_text){result->path, result->length});
    if (hint == 0 || (hint == result->length && !*follows)) { /* or the link itself is asked for */
        return true;
    }
    *jumped = true;
    return jump(hint, result);
}

int
fa_resolve(fa_text path, int dir_fd, fa_follow follow, fa_resolved *result)
{
    bool loosely = (follow & FA_LOOSELY) != 0;
    bool jumped;

    follow &= ~FA_LOOSELY;
    bool follows = follow == FA_FOLLOW;
    int error = begin(path, dir_fd, result);
    if (error != 0) {
        return finish(error, false, result);
    }
    size_t base = result->length;
    /* The kernel is asked about the whole guess, so it does not matter how that was come by. */
    if (guess(path, &follows, &jumped, result) && fa_spelling_is_canonical(follows, loosely, result)) {
        return finish(0, false, result);
    }
    if (jumped) {
        error = begin(path, dir_fd, result);
        if (error != 0) {
            return finish(error, false, result);
        }
        base = result->length;
    }
    result->length = base;
    result->path[base] = '\0';
    result->closing = FA_CLOSING_NONE;
    return walk_and_try(path, follow, loosely, result);
}

int
fa_resolve_failing(fa_text path, int dir_fd, fa_follow follow, fa_resolved *result)
{
    struct stat status;
    fa_walk walk;
    bool done = false;

    int error = begin(path, dir_fd, result);
    if (error == 0) {
        error = fa_walk_begin(&walk, path);
        while (error == 0 && !done) {
            error = fa_walk_on(&walk, follow & ~FA_LOOSELY, result, &done);
        }
        /* Longer names than ours are known to the kernel, and more links of /proc. */
        bool theirs = error == ELOOP || error == ENOENT ||
                      (error == EACCES && lstat(result->path, &status) != 0 && errno == EACCES);
        if (theirs && !walk.nameless && result->length > 0) {
            return error;
        }
    }
    (void)finish(EINVAL, false, result);
    return 0;
}

bool
fa_resolve_likely(fa_text path, int dir_fd, fa_follow follow, fa_resolved *result)
{
    bool follows = (follow & ~FA_LOOSELY) == FA_FOLLOW;
    bool jumped;

    bool guessed = begin(path, dir_fd, result) == 0 && guess(path, &follows, &jumped, result);
    return finish(guessed ? 0 : EINVAL, false, result) == 0;
}

int
fa_resolve_close(fa_resolved *result)
{
    static const char *const endings[] = {[FA_CLOSING_NONE] = "", [FA_CLOSING_SLASH] = "/", [FA_CLOSING_DOT] = "/."};
    const char *ending = endings[result->closing];
    size_t length = strlen(ending);

    if (result->length + length >= FA_PATH_BYTES) {
        return ENAMETOOLONG;
    }
    memcpy(result->path + result->length, ending, length + 1);
    return 0;
}
