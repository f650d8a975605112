/* known.c: names resolved from where they part from the name before. */
#include "classify/known.h"

#include <errno.h>
#include <unistd.h>

#include "classify/spelling.h"
#include "classify/walk.h"

void
fa_known_begin(fa_known *known)
{
    known->length = 0;
    known->count = 1;
    known->steps[0].spelled = known->steps[0].real = 0;
    known->steps[0].missing = false;
    known->real.length = 0;
}

/* Drop the steps that `path` does not begin with. Returns how many of its bytes are left as they were. */
static size_t
keep_common(fa_known *known, fa_text path)
{
    size_t least = known->length < path.length ? known->length : path.length;
    size_t common = 0;

    while (common < least && known->spelled[common] == path.bytes[common]) {
        common++;
    }
    while (known->count > 1) {
        size_t end = known->steps[known->count - 1].spelled;
        if (end <= common && (end == path.length || path.bytes[end] == '/')) {
            break;
        }
        known->count--;
    }
    size_t kept = known->steps[known->count - 1].spelled;
    known->real.length = known->steps[known->count - 1].real;
    known->real.path[known->real.length] = '\0';
    known->length = kept;
    return kept;
}

static void
add_step(fa_known *known, fa_text path, size_t end, bool missing)
{
    if (known->count == FA_KNOWN_STEPS) {
        return;
    }
    memcpy(known->spelled + known->length, path.bytes + known->length, end - known->length);
    known->length = end;
    known->steps[known->count].spelled = (uint16_t)end;
    known->steps[known->count].real = (uint16_t)known->real.length;
    known->steps[known->count++].missing = missing;
}

/* Take one step, to the first `end` bytes of `path`, the last of which are `name`. Returns 0 or an errno. */
static int
take_step(fa_known *known, fa_text path, size_t end, fa_text name, bool *missing)
{
    char text[1];

    int error = fa_walk_append(&known->real, name);
    if (error != 0 || *missing) {
        return error;
    }
    if (readlink(known->real.path, text, sizeof(text)) < 0) {
        *missing = errno == ENOENT || errno == ENOTDIR; /* see ADR 0103 for what lies beneath a file */
        return *missing || errno == EINVAL ? 0 : errno;
    }
    known->count = 1; /* a link: what the steps before have in real.path is gone */
    error = fa_resolve((fa_text){path.bytes, end}, -1, FA_FOLLOW, &known->real);
    if (error == 0 && known->real.length == 0) {
        return ENOLINK; /* it has no name */
    }
    *missing = !known->real.exists;
    known->real.length = known->real.length == 1 ? 0 : known->real.length; /* "/" */
    return error;
}

/* All steps that are left. Returns 0 or an errno. */
static int
take_steps(fa_known *known, fa_text path)
{
    size_t at = keep_common(known, path);
    bool missing = known->steps[known->count - 1].missing;
    fa_text name;

    while ((name = fa_walk_component(path, &at)).length > 0) {
        int error = take_step(known, path, at, name, &missing);
        if (error != 0) {
            return error;
        }
        add_step(known, path, at, missing);
    }
    return 0;
}

int
fa_known_resolve(fa_known *known, fa_text path, fa_text *canonical)
{
    int error = 0;

    if (path.length >= FA_PATH_BYTES || path.bytes[0] != '/' || !fa_spelling_is_plain(path) ||
        memchr(path.bytes, '\0', path.length) != NULL || take_steps(known, path) != 0) {
        fa_known_begin(known);
        error = fa_resolve(path, -1, FA_FOLLOW, &known->real); /* whatever it is, it is said there */
        *canonical = (fa_text){known->real.path, known->real.length};
        return error;
    }
    *canonical = known->real.length == 0 ? FA_TEXT("/") : (fa_text){known->real.path, known->real.length};
    return 0;
}
