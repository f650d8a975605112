/* walk.c: resolves a path component by component, on any POSIX system. */
#include "classify/walk.h"

#include <ctype.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "classify/hints.h"
#include "classify/magic.h"

enum { LINKS_MAX = 40 }; /* as Linux has it */

fa_text
fa_walk_component(fa_text text, size_t *at)
{
    while (*at < text.length && text.bytes[*at] == '/') {
        ++*at;
    }
    size_t start = *at;
    while (*at < text.length && text.bytes[*at] != '/') {
        ++*at;
    }
    return (fa_text){text.bytes + start, *at - start};
}

int
fa_walk_append(fa_resolved *result, fa_text name)
{
    if (name.length + 2 > FA_PATH_BYTES - result->length) {
        return ENAMETOOLONG;
    }
    result->path[result->length] = '/';
    memcpy(result->path + result->length + 1, name.bytes, name.length);
    result->length += name.length + 1;
    result->path[result->length] = '\0';
    return 0;
}

static void
drop_last(fa_resolved *result)
{
    while (result->length > 0 && result->path[--result->length] != '/') {
    }
    result->path[result->length] = '\0';
}

/* The next component that counts ("." and empty ones do not); `*last` when nothing but slashes
 * follows it. At the end `*closing` is what the path ends in. */
static fa_text
take_component(fa_walk *rest, bool *last, fa_closing *closing)
{
    fa_text text = {rest->bytes, FA_WALK_BYTES};
    bool begun = rest->at < FA_WALK_BYTES;
    fa_text name = fa_walk_component(text, &rest->at);

    while (fa_text_equal(name, FA_TEXT("."))) {
        *closing = FA_CLOSING_DOT;
        begun = false;
        name = fa_walk_component(text, &rest->at);
    }
    size_t behind = rest->at;
    while (behind < FA_WALK_BYTES && rest->bytes[behind] == '/') {
        behind++;
    }
    *last = behind == FA_WALK_BYTES;
    if (name.length > 0) {
        *closing = behind > rest->at ? FA_CLOSING_SLASH : FA_CLOSING_NONE;
    }
    else if (begun && *closing == FA_CLOSING_NONE) {
        *closing = FA_CLOSING_SLASH; /* behind a link that has been followed, or the root */
    }
    return name;
}

/* The descriptor that a link called "…/fd/N" stands for; -1 for other links. */
static int
number_of(const fa_resolved *link)
{
    size_t digits = 0;
    int number = 0;

    while (digits < 9 && digits < link->length && isdigit((unsigned char)link->path[link->length - 1 - digits])) {
        digits++;
    }
    size_t at = link->length - digits;
    if (digits == 0 || at < 4 || memcmp(link->path + at - 4, "/fd/", 4) != 0) {
        return -1;
    }
    while (at < link->length) {
        number = 10 * number + (link->path[at++] - '0');
    }
    return number;
}

/* The place that the link at result->path leads to: canonical at once, or its text put before the
 * rest, or nameless. Returns 0 or an errno. */
static int
follow_link(fa_walk *rest, size_t length, fa_resolved *result)
{
    char *text = rest->bytes; /* `length` bytes, read there by the caller */

    if (length == 0) {
        return EACCES; /* no text, and Linux makes none without: leads nowhere that could be told */
    }
    if (length + 1 >= rest->at) {
        return ENAMETOOLONG;
    }
    text[length] = '\0';
    switch (fa_magic_classify(result->path, text)) {
    case FA_MAGIC_NONE:
        fa_hints_add((fa_text){result->path, result->length});
        break;
    case FA_MAGIC_NAME:
        if (length >= FA_PATH_BYTES) {
            return ENAMETOOLONG;
        }
        result->length = text[1] == '\0' ? 0 : length; /* "/" */
        memcpy(result->path, text, length + 1);
        return 0;
    case FA_MAGIC_NAMELESS:
        result->number = number_of(result);
        result->length = 0;
        result->path[0] = '\0';
        rest->nameless = true;
        return 0;
    case FA_MAGIC_FOREIGN:
        return EACCES;
    }
    if (text[0] == '/') {
        result->length = 0;
        result->path[0] = '\0';
    }
    else {
        drop_last(result);
    }
    rest->at -= length;
    memmove(rest->bytes + rest->at, text, length);
    return 0;
}

/* Whether one can go up from there, as far as can be told. */
static bool
is_folder(const fa_resolved *result)
{
    struct stat status;
    return result->length == 0 || lstat(result->path, &status) != 0 || S_ISDIR(status.st_mode);
}

/* What is at the end of the walk. */
static int
inspect_end(fa_resolved *result)
{
    struct stat status;

    if (lstat(result->length == 0 ? "/" : result->path, &status) == 0) {
        result->exists = true;
        result->directory = S_ISDIR(status.st_mode);
        return 0;
    }
    return errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG ? 0 : errno; /* as fa_walk_over */
}

int
fa_walk_begin(fa_walk *walk, fa_text path)
{
    walk->links = 0;
    walk->nameless = false;
    if (path.length > FA_PATH_BYTES) {
        return ENAMETOOLONG;
    }
    walk->at = FA_WALK_BYTES - path.length;
    memcpy(walk->bytes + walk->at, path.bytes, path.length);
    return 0;
}

int
fa_walk_over(fa_walk *walk, fa_resolved *result)
{
    ssize_t length = readlink(result->path, walk->bytes, walk->at);

    if (length < 0) {
        /* No file has a name that is too long: nothing is there. */
        return errno == EINVAL ? ENOLINK : errno == ENAMETOOLONG ? ENOENT : errno;
    }
    return ++walk->links > LINKS_MAX ? ELOOP : follow_link(walk, (size_t)length, result);
}

int
fa_walk_on(fa_walk *walk, fa_follow follow, fa_resolved *result, bool *done)
{
    bool missing = false; /* nothing is there from here on */
    bool last;
    fa_text name;

    *done = false;
    result->exists = false;
    result->directory = false;
    result->closing = FA_CLOSING_NONE;
    while ((name = take_component(walk, &last, &result->closing)).length > 0) {
        if (fa_text_equal(name, FA_TEXT(".."))) {
            if (missing) {
                return ENOENT;
            }
            result->broken = result->broken || !is_folder(result);
            drop_last(result);
            result->closing = FA_CLOSING_DOT;
            continue;
        }
        int error = fa_walk_append(result, name);
        if (error != 0) {
            return error;
        }
        if (missing || (last && result->closing == FA_CLOSING_NONE && follow == FA_NO_FOLLOW)) {
            continue;
        }
        error = fa_walk_over(walk, result);
        /* Beneath a file nothing can be: the call itself will say so, and is judged by the name. */
        missing = error == ENOENT || error == ENOTDIR;
        if (missing || error == ENOLINK) {
            continue;
        }
        if (error == 0 && walk->nameless) {
            result->exists = true;
            *done = true;
            return last ? 0 : ENOENT; /* nothing goes on from there */
        }
        return error;
    }
    *done = true;
    return missing ? 0 : inspect_end(result);
}
