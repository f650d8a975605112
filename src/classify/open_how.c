/* open_how.c: what opening a file asks for, by the flags of open(2). */
#if defined(__linux__)
#define _GNU_SOURCE /* O_PATH, O_TMPFILE */
#endif

#include "classify/open_how.h"

#include <errno.h>
#include <fcntl.h>

/* Flags that not every system has: no bit, so never set. */
#ifndef O_TMPFILE
#define O_TMPFILE 0
#endif
#ifndef O_PATH
#define O_PATH 0
#endif

fa_open_how
fa_open_how_read(int64_t flags)
{
    fa_open_how how = {.follows = !(flags & O_NOFOLLOW)};
    int access = (int)(flags & O_ACCMODE);

    if (O_PATH != 0 && (flags & O_PATH)) {
        /* Opens nothing: a handle that stands for the place, for what os.stat shows in any case, and for
         * dir_fd, which is judged where it is used. All other flags are ignored by the kernel. */
        how.reads = how.names = true;
        return how;
    }
    how.reads = access != O_WRONLY;
    how.writes = access != O_RDONLY || (flags & (O_TRUNC | O_APPEND));
    if (O_TMPFILE != 0 && (flags & O_TMPFILE) == O_TMPFILE) {
        how.nameless = true;
        return how;
    }
    how.names = (flags & O_DIRECTORY) != 0;
    how.creates = (flags & O_CREAT) != 0;
    how.exclusive = how.creates && (flags & O_EXCL);
    if (how.exclusive) {
        how.follows = false;
    }
    return how;
}

fa_follow
fa_open_how_follows(const fa_open_how *how)
{
    /* Unless it may be made, the rights asked for are the same whether it exists or not. */
    return (how->follows ? FA_FOLLOW : FA_NO_FOLLOW) | (how->creates && !how->exclusive ? 0 : FA_LOOSELY);
}

/* What is asked of a place that was resolved. */
static fa_rights
rights_of(const fa_open_how *how, const fa_place *place)
{
    fa_rights asks = how->reads ? FA_BIT(FA_READ) : 0;

    if (!how->writes && !how->creates) {
        return asks;
    }
    if (how->exclusive || (how->creates && !place->exists)) {
        return asks | FA_BIT(FA_CREATE);
    }
    return how->writes ? asks | FA_BIT(FA_MODIFY) : asks;
}

/* A file without a name: judged as one that is made in the directory. */
static void
name_nameless(fa_place *place, fa_resolved *resolved, fa_rights reads)
{
    static const char name[] = "/.nameless";

    place->asks = reads | FA_BIT(FA_CREATE) | FA_BIT(FA_MODIFY);
    place->exists = place->directory = false;
    if (place->error != 0 || place->descriptor) {
        return;
    }
    size_t length = resolved->length == 1 ? 0 : resolved->length; /* of "/" only the name's own slash */
    if (length + sizeof(name) > FA_PATH_BYTES) {
        place->error = ENAMETOOLONG;
        return;
    }
    memcpy(resolved->path + length, name, sizeof(name));
    resolved->length = length + sizeof(name) - 1;
    place->path = (fa_text){resolved->path, resolved->length};
}

void
fa_open_how_ask(const fa_open_how *how, fa_resolved *resolved, fa_event *event)
{
    fa_files *files = &event->as.files;
    fa_place *place = &files->place[0];

    files->act = FA_ACT_PLAIN;
    files->count = 1;
    event->shape = FA_SHAPE_FILES;
    if (how->nameless) {
        name_nameless(place, resolved, how->reads ? FA_BIT(FA_READ) : 0);
        event->right = FA_CREATE;
        return;
    }
    place->asks = rights_of(how, place);
    if (place->directory && how->writes && !how->exclusive) {
        /* Opening a directory for writing fails, unless by then a guest has put a file in its place. */
        place->asks |= how->creates ? FA_BIT(FA_CREATE) : 0;
    }
    place->listing = how->names; /* then the kernel opens nothing else, whatever has taken its place */
    event->right = place->asks & FA_BIT(FA_CREATE)   ? FA_CREATE
                   : place->asks & FA_BIT(FA_MODIFY) ? FA_MODIFY
                                                     : FA_READ;
}
