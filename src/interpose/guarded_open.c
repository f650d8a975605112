/* guarded_open.c: judges the name of a file and opens that very name, in one act of the kernel's. */
#include "interpose/guarded_open.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "classify/open_how.h"
#include "classify/pinned.h"
#include "enforce/enforce.h"
#include "interpose/retry.h"
#include "support/openat2.h"

typedef struct request {
    fa_text path;
    int dir_fd;
    int flags;
    unsigned mode;
    fa_open_how how;
} request;

bool
fa_guarded_open_judges(const fa_authority *authority)
{
    return !authority->foreign &&
           fa_decide_asks(authority->holders, authority->holder_count, FA_EVENT_OPEN) == FA_ASKS_OPERANDS;
}

/* Open by the name that was given, whatever that leads to now. */
static int
open_as_given(const request *r)
{
    int descriptor;
    char path[FA_PATH_BYTES];

    if (r->path.length >= sizeof(path)) {
        return -ENAMETOOLONG;
    }
    memcpy(path, r->path.bytes, r->path.length);
    path[r->path.length] = '\0';
    Py_BEGIN_ALLOW_THREADS
    descriptor = openat(r->dir_fd == -1 ? AT_FDCWD : r->dir_fd, path, r->flags | O_CLOEXEC, (mode_t)r->mode);
    descriptor = descriptor < 0 ? -errno : descriptor;
    Py_END_ALLOW_THREADS
    return descriptor;
}

/* Open the place that was judged; -ELOOP when by now a link is on its way. */
static int
open_place(const request *r, fa_resolved *place, int flags)
{
    int descriptor;

    if (fa_resolve_close(place) != 0) {
        return -ENAMETOOLONG;
    }
    Py_BEGIN_ALLOW_THREADS
    if (fa_openat2_works()) {
        descriptor = fa_openat2(place->path, flags | O_CLOEXEC, r->mode);
    }
    else {
        /* All that other systems offer: no link at the end. */
        descriptor = open(place->path, flags | O_CLOEXEC | O_NOFOLLOW, (mode_t)r->mode);
        descriptor = descriptor < 0 ? -errno : descriptor;
    }
    Py_END_ALLOW_THREADS
    return descriptor;
}

static fa_event
event_at(const request *r, fa_resolved *place, int error)
{
    fa_event event = {.name = "open", .id = FA_EVENT_OPEN, .right = fa_event_rows[FA_EVENT_OPEN].right};

    event.as.files.place[0] = (fa_place){
        .path = {place->path, place->length},
        .error = error,
        .exists = place->exists,
        .directory = place->directory,
        .descriptor = error == 0 && place->length == 0,
    };
    fa_open_how_ask(&r->how, place, &event);
    return event;
}

/* The event of an opening at a place of which nobody knows yet what is there: it asks whatever it might. */
static fa_event
event_unseen(const request *r, fa_resolved *place)
{
    place->exists = false;
    place->directory = true; /* which allows no more than a file does */
    fa_event event = event_at(r, place, 0);
    if (r->how.creates && r->how.writes) {
        event.as.files.place[0].asks |= FA_BIT(FA_MODIFY);
    }
    return event;
}

/* Open what the name probably means, if that is allowed whether it exists or not. -ELOOP: it means something
 * else, or has to be looked at closely. */
static int
open_likely(const fa_authority *authority, const request *r)
{
    fa_resolved place;

    if (!fa_openat2_works() || r->dir_fd < -1 || !fa_resolve_likely(r->path, r->dir_fd, fa_open_how_follows(&r->how), &place)) {
        return -ELOOP;
    }
    size_t length = place.length;
    fa_event event = event_unseen(r, &place);
    if (!fa_enforce_allows(authority, &event)) {
        return -ELOOP;
    }
    place.length = length;
    place.path[length] = '\0';
    return open_place(r, &place, r->flags);
}

/* Open anew what has no name. */
static int
open_nameless(const request *r, const fa_resolved *place)
{
    int descriptor;
    Py_BEGIN_ALLOW_THREADS
    descriptor = fa_pinned_open(place->number, r->flags | (place->closing != FA_CLOSING_NONE ? O_DIRECTORY : 0));
    Py_END_ALLOW_THREADS
    return descriptor;
}

/* Whether the name counts from a number that is no directory, or from a current directory that is gone and so has
 * nothing in it. That is no secret. */
static bool
is_beneath_nothing(const request *r)
{
    fa_resolved directory;

    if (r->path.bytes[0] == '/' || (r->dir_fd == -1 && r->path.bytes[0] == '.')) {
        return false;
    }
    int error = r->dir_fd < -1 ? EBADF : fa_resolve_directory(r->dir_fd, &directory);
    return r->dir_fd == -1 ? error == ENOENT : error != 0;
}

/* Whether the errno may be told although there is no place to judge: resolving fails where the opening would be
 * allowed. */
static bool
may_tell(const fa_authority *authority, const request *r, int error)
{
    fa_resolved place;

    if (is_beneath_nothing(r)) {
        return true;
    }
    if (r->dir_fd < -1 || fa_resolve_failing(r->path, r->dir_fd, fa_open_how_follows(&r->how), &place) != error) {
        return false;
    }
    fa_event event = event_unseen(r, &place);
    return fa_enforce_allows(authority, &event);
}

/* What has no name was to be opened for more than it is open for, or cannot be told. Returns 0, or -1 with an exception set. */
static int
refuse_more(const request *r)
{
    const fa_authority *authority; /* borrowed */
    fa_resolved place = {.length = 0};

    if (fa_authority_get(&authority) <= 0) {
        return PyErr_Occurred() ? -1 : 0;
    }
    fa_event event = event_at(r, &place, EACCES);
    return fa_enforce(authority, &event);
}

/* Resolve, judge, open: *descriptor, or minus an errno in it. Returns 1 when what was judged is no longer what
 * is there, 0, or -1 with an exception set. */
static int
open_closely(const fa_authority *authority, const request *r, int *descriptor)
{
    fa_resolved place = {.length = 0};
    int flags = r->flags;

    int error = r->dir_fd < -1 ? EBADF
                               : fa_resolve(r->path, r->dir_fd, fa_open_how_follows(&r->how), &place);
    if (error != 0 && may_tell(authority, r, error)) {
        *descriptor = -error;
        return 0;
    }
    size_t length = place.length;
    if (error == 0 && length == 0 && place.number < 0) {
        error = EACCES; /* no descriptor: nothing that could be pinned */
    }
    fa_event event = event_at(r, &place, error);
    if (!fa_enforce_allows(authority, &event) && fa_enforce(authority, &event) < 0) {
        return -1;
    }
    if (error != 0) { /* let go although nobody can tell what it is */
        *descriptor = open_as_given(r);
        return 0;
    }
    if (length == 0) { /* a pipe, a deleted file */
        *descriptor = open_nameless(r, &place);
        return *descriptor == -EACCES ? refuse_more(r) : *descriptor == -EAGAIN;
    }
    if (place.broken || (r->how.creates && !r->how.exclusive && place.directory)) {
        *descriptor = place.broken ? -ENOTDIR : -EISDIR;
        return 0;
    }
    if (r->how.creates && !r->how.exclusive) {
        /* No more than was judged: its rights differ. */
        flags = place.exists ? flags & ~O_CREAT : flags | O_EXCL;
    }
    place.length = length;
    place.path[length] = '\0';
    *descriptor = open_place(r, &place, flags);
    return *descriptor == -ELOOP || (flags != r->flags && *descriptor == (place.exists ? -ENOENT : -EEXIST)) ||
           (*descriptor < 0 && fa_openat2_is_lost(-*descriptor));
}

/* Returns 0 with *descriptor, or minus an errno in it; -1 with an exception set. */
static int
open_judged(const request *r, int *descriptor)
{
    const fa_authority *authority; /* borrowed: until other threads may have run */
    int again = 1;

    for (int tries = 0; again > 0 && tries < FA_RETRIES; tries++) {
        fa_retry_wait(tries);
        int held = fa_authority_get(&authority);
        if (held < 0) {
            return -1;
        }
        if (held == 0) {
            *descriptor = open_as_given(r);
            return 0;
        }
        if (tries == 0) {
            *descriptor = open_likely(authority, r);
            again = *descriptor == -ELOOP || (*descriptor < 0 && fa_openat2_is_lost(-*descriptor));
            continue;
        }
        again = open_closely(authority, r, descriptor);
        if (*descriptor == -ELOOP && !r->how.follows && tries > 2) {
            break; /* a link at the end that is not to be followed: what the caller asked about */
        }
    }
    return again < 0 ? -1 : 0;
}

PyObject *
fa_guarded_open(PyObject *path, fa_text text, int flags, int mode, int dir_fd)
{
    request r = {
        .path = text, .dir_fd = dir_fd, .flags = flags, .mode = (unsigned)mode, .how = fa_open_how_read(flags)
    };
    int descriptor = -1;
    int status;

    if (r.path.length == 0 || r.path.length >= FA_PATH_BYTES) { /* the system looks no further */
        descriptor = r.path.length == 0 ? -ENOENT : -ENAMETOOLONG;
        status = 0;
    }
    else {
        do {
            status = open_judged(&r, &descriptor);
        } while (status == 0 && descriptor == -EINTR && (status = PyErr_CheckSignals()) == 0);
    }
    if (status < 0) {
        return NULL;
    }
    if (descriptor < 0) {
        errno = -descriptor;
        return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path);
    }
    PyObject *result = PyLong_FromLong(descriptor);
    if (result == NULL) {
        close(descriptor);
    }
    return result;
}
