/* neighbours.c: names resolved from where they part from the name before. */
#include "classify/neighbours.h"

#include <errno.h>
#include <unistd.h>

#include "classify/spelling.h"
#include "classify/walk.h"

void
fa_neighbours_begin(fa_neighbours *seen)
{
    seen->length = 0;
    seen->count = 1;
    seen->steps[0].spelled = seen->steps[0].real = 0;
    seen->steps[0].missing = false;
    seen->real.length = 0;
}

/* Drop the steps that `path` does not begin with. Returns how many of its bytes are left as they were. */
static size_t
keep_common(fa_neighbours *seen, fa_text path)
{
    size_t least = seen->length < path.length ? seen->length : path.length;
    size_t common = 0;

    while (common < least && seen->spelled[common] == path.bytes[common]) {
        common++;
    }
    while (seen->count > 1) {
        size_t end = seen->steps[seen->count - 1].spelled;
        if (end <= common && (end == path.length || path.bytes[end] == '/')) {
            break;
        }
        seen->count--;
    }
    size_t kept = seen->steps[seen->count - 1].spelled;
    seen->real.length = seen->steps[seen->count - 1].real;
    seen->real.path[seen->real.length] = '\0';
    seen->length = kept;
    return kept;
}

static void
add_step(fa_neighbours *seen, fa_text path, size_t end, bool missing)
{
    if (seen->count == FA_NEIGHBOURS_STEPS) {
        return;
    }
    memcpy(seen->spelled + seen->length, path.bytes + seen->length, end - seen->length);
    seen->length = end;
    seen->steps[seen->count].spelled = (uint16_t)end;
    seen->steps[seen->count].real = (uint16_t)seen->real.length;
    seen->steps[seen->count++].missing = missing;
}

/* Take one step, to the first `end` bytes of `path`, the last of which are `name`. Returns 0 or an errno. */
static int
take_step(fa_neighbours *seen, fa_text path, size_t end, fa_text name, bool *missing)
{
    char text[1];

    int error = fa_walk_append(&seen->real, name);
    if (error != 0 || *missing) {
        return error;
    }
    if (readlink(seen->real.path, text, sizeof(text)) < 0) {
        *missing = errno == ENOENT || errno == ENOTDIR; /* see ADR 0103 for what lies beneath a file */
        return *missing || errno == EINVAL ? 0 : errno;
    }
    seen->count = 1; /* a link: what the steps before have in real.path is gone */
    error = fa_resolve((fa_text){path.bytes, end}, -1, FA_FOLLOW, &seen->real);
    if (error == 0 && seen->real.length == 0) {
        return ENOLINK; /* it has no name */
    }
    *missing = !seen->real.exists;
    seen->real.length = seen->real.length == 1 ? 0 : seen->real.length; /* "/" */
    return error;
}

/* All steps that are left. Returns 0 or an errno. */
static int
take_steps(fa_neighbours *seen, fa_text path)
{
    size_t at = keep_common(seen, path);
    bool missing = seen->steps[seen->count - 1].missing;
    fa_text name;

    while ((name = fa_walk_component(path, &at)).length > 0) {
        int error = take_step(seen, path, at, name, &missing);
        if (error != 0) {
            return error;
        }
        add_step(seen, path, at, missing);
    }
    return 0;
}

int
fa_neighbours_resolve(fa_neighbours *seen, fa_text path, fa_text *canonical)
{
    int error = 0;

    if (path.length >= FA_PATH_BYTES || path.bytes[0] != '/' || !fa_spelling_is_plain(path) ||
        memchr(path.bytes, '\0', path.length) != NULL || take_steps(seen, path) != 0) {
        fa_neighbours_begin(seen);
        error = fa_resolve(path, -1, FA_FOLLOW, &seen->real); /* whatever it is, it is said there */
        *canonical = (fa_text){seen->real.path, seen->real.length};
        return error;
    }
    *canonical = seen->real.length == 0 ? FA_TEXT("/") : (fa_text){seen->real.path, seen->real.length};
    return 0;
}
