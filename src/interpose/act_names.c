/* act_names.c: canonical names as the kernel is to get them, so that it says of them what it says of the given ones. */
#include "interpose/act_names.h"

#include <errno.h>
#include <unistd.h>

#include "interpose/places.h"

bool
fa_act_names_are_meant(const fa_os_call *act)
{
    return fa_errand_changes_names(act->errand.deed) || fa_errand_makes(act->errand.deed);
}

/* Whether a name that ends in a slash is that of a link. It was judged as what that leads to, for there other acts
 * go; these want the name, and fail. */
static bool
is_link_with_slash(fa_text text, int dir_fd)
{
    fa_resolved link;
    char byte;

    bool closed = text.bytes[text.length - 1] == '/';
    while (text.length > 1 && text.bytes[text.length - 1] == '/') {
        text.length--;
    }
    return closed && fa_resolve(text, dir_fd, FA_NO_FOLLOW, &link) == 0 && link.length > 0 &&
           readlink(link.path, &byte, 1) >= 0;
}

static bool
ends_in_dots(fa_text text)
{
    while (text.length > 1 && text.bytes[text.length - 1] == '/') {
        text.length--;
    }
    return text.length >= 2 && memcmp(text.bytes + text.length - 2, "..", 2) == 0;
}

/* The error that the kernel has for the name as it was given, and not for the canonical one. */
static int
error_of_spelling(const fa_os_call *act, int at, const fa_resolved *place)
{
    if (place->broken) {
        return ENOTDIR;
    }
    if (!fa_act_names_are_meant(act)) {
        return 0;
    }
    if (place->length == 0) {
        return EACCES; /* beneath what has no name itself */
    }
    fa_deed deed = act->errand.deed;
    bool makes = fa_errand_makes(deed) || deed == FA_DO_SYMLINK || deed == FA_DO_LINK;
    PyObject *encoded; /* owned, or NULL */
    fa_text text;

    if (place->closing == FA_CLOSING_NONE || (deed == FA_DO_LINK && at == 0)) {
        return 0;
    }
    if (fa_places_read(act->shown[at], &encoded, &text) < 0) {
        PyErr_Clear();
        return ENOMEM;
    }
    int error = 0;
    if (place->closing == FA_CLOSING_SLASH && is_link_with_slash(text, act->dir_fd[at])) {
        error = makes ? EEXIST : ENOTDIR;
    }
    else if (deed == FA_DO_RMDIR && ends_in_dots(text)) {
        error = ENOTEMPTY;
    }
    Py_XDECREF(encoded);
    return error;
}

int
fa_act_names_finish(const fa_os_call *act, int at, fa_resolved *place)
{
    int error = error_of_spelling(act, at, place);
    return error == 0 ? fa_resolve_close(place) : error;
}
