/* guarded_act.c: judges the names of an act on files and does it to those very names. */
#include "interpose/guarded_act.h"

#include <errno.h>
#include <fcntl.h>

#include "audit/listeners.h"
#include "classify/announced.h"
#include "classify/pinned.h"
#include "classify/unpack.h"
#include "enforce/enforce.h"
#include "interpose/act_names.h"
#include "interpose/places.h"
#include "interpose/retry.h"
#include "support/names_lock.h"

/* What came of judging and doing it once. */
typedef enum outcome { DONE, AGAIN, REFUSED, UNGOVERNED, FAILED } outcome;

/* An act that everything that refused it let go (mode="warn"): the same places need not be asked about again. */
typedef struct let_go {
    bool is_set;
    char path[2][FA_PATH_BYTES];
} let_go;

bool
fa_guarded_act_judges(const fa_authority *authority, uint16_t id)
{
    return !authority->foreign && fa_decide_asks(authority->holders, authority->holder_count, id) == FA_ASKS_OPERANDS;
}

static int
run_through(const char *path, const void *data)
{
    return fa_errand_run_through(data, path);
}

/* Do what was judged. Returns 0 or an errno; EAGAIN when it is no longer what is there. */
static int
perform(const fa_os_call *act, fa_unpacked *unpacked)
{
    fa_deed deed = act->errand.deed;
    bool two = deed == FA_DO_LINK || deed == FA_DO_RENAME;
    int first = deed == FA_DO_SYMLINK || (!fa_act_names_are_meant(act) && !act->follows && !act->by_number) ? 1 : 0;
    fa_resolved *place = &unpacked->resolved[first], *other = &unpacked->resolved[1];
    int error = place->length == 0 ? unpacked->event.as.files.place[first].error : 0;

    if (error != 0) {
        return error; /* let go although nobody can tell what it is */
    }
    if (act->by_number || place->length == 0) {
        int number = act->by_number ? act->number : place->number;
        bool nameless = place->length == 0;
        if (number < 0) {
            return EACCES; /* no descriptor: nothing that could be pinned */
        }
#if defined(O_PATH)
        if (act->by_number && (fcntl(number, F_GETFL) & O_PATH) != 0) {
            return EBADF;
        }
#endif
        Py_BEGIN_ALLOW_THREADS
        error = fa_pinned_act(number, nameless ? "" : place->path, run_through, &act->errand);
        Py_END_ALLOW_THREADS
        return error;
    }
    error = fa_act_names_finish(act, deed == FA_DO_SYMLINK ? 1 : 0, place);
    if (two && error == 0) {
        error = fa_act_names_finish(act, 1, other);
    }
    if (error == 0) {
        Py_BEGIN_ALLOW_THREADS
        error = fa_errand_run(&act->errand, place->path, two ? other->path : NULL);
        Py_END_ALLOW_THREADS
    }
    return error;
}

/* Whether the places are those that were let go. */
static bool
was_let_go(const let_go *before, const fa_unpacked *unpacked)
{
    const fa_files *files = &unpacked->event.as.files;

    for (int i = 0; before->is_set && i < 2; i++) {
        if (i < files->count && strcmp(before->path[i], unpacked->resolved[i].path) != 0) {
            return false;
        }
    }
    return before->is_set && unpacked->event.shape == FA_SHAPE_FILES;
}

/* Judge and do it with the names lock held. `*error`: what the system said. */
static outcome
judge_and_do(const fa_os_call *act, const let_go *before, fa_unpacked *unpacked, const fa_authority **authority, int *error)
{
    int held = fa_authority_get(authority);
    if (held <= 0 || !fa_guarded_act_judges(*authority, act->id)) {
        return held < 0 ? FAILED : UNGOVERNED;
    }
    if (act->by_number && fcntl(act->number, F_GETFD) < 0) { /* no secret */
        *error = EBADF;
        return DONE;
    }
    if (fa_unpack(unpacked, act->id, true, fa_event_rows[act->id].name, act->operands) < 0) {
        return FAILED;
    }
    if (!fa_enforce_allows(*authority, &unpacked->event) && !was_let_go(before, unpacked)) {
        return REFUSED;
    }
    *error = perform(act, unpacked);
    return *error == EAGAIN ? AGAIN : DONE;
}

static void
take_lock(const fa_os_call *act)
{
    bool changes = fa_errand_changes_names(act->errand.deed);

    if (!fa_names_lock_try(changes)) {
        Py_BEGIN_ALLOW_THREADS
        fa_names_lock_wait(changes);
        Py_END_ALLOW_THREADS
    }
}

/* The errno of the exception that is set, in its place; -1 when it is of another kind. */
static int
take_errno(void)
{
    PyObject *error = PyErr_GetRaisedException(); /* owned */
    long number = 0;

    if (PyObject_TypeCheck(error, (PyTypeObject *)PyExc_OSError)) {
        PyObject *object = ((PyOSErrorObject *)error)->myerrno; /* borrowed, or NULL */
        number = object != NULL && PyLong_Check(object) ? PyLong_AsLong(object) : 0;
    }
    if (number <= 0) {
        PyErr_SetRaisedException(error);
        return -1;
    }
    Py_DECREF(error);
    return (int)number;
}

/* The errno of an act that cannot be judged, where it is no secret; 0, or -1 with an exception set. */
static int
tell(const fa_os_call *act, const fa_unpacked *unpacked)
{
    const fa_files *files = &unpacked->event.as.files;

    if (act->errand.deed == FA_DO_SYMLINK && act->errand.text[0] == '\0') {
        return ENOENT;
    }
    if (act->by_number || (files->place[0].error == 0 && (files->count < 2 || files->place[1].error == 0))) {
        return 0;
    }
    for (int i = act->errand.deed == FA_DO_SYMLINK ? 1 : 0; i < 2; i++) {
        PyObject *fixed = act->shown[i] == NULL ? Py_NewRef(Py_None) : fa_places_fix(act->shown[i], act->dir_fd[i]); /* owned */
        if (fixed == NULL) {
            return take_errno();
        }
        Py_DECREF(fixed);
    }
    return 0;
}

/* Refuse it, or note that it was let go. Returns 0, an errno to be told, or -1 with an exception set. */
static int
refuse(const fa_os_call *act, const fa_authority *authority, const fa_unpacked *unpacked, let_go *waved)
{
    int told = unpacked->event.shape == FA_SHAPE_FILES ? tell(act, unpacked) : 0;

    if (told != 0) {
        return told;
    }
    if (fa_enforce(authority, &unpacked->event) < 0) {
        return -1;
    }
    const fa_files *files = &unpacked->event.as.files;
    waved->is_set = unpacked->event.shape == FA_SHAPE_FILES;
    for (int i = 0; waved->is_set && i < 2; i++) {
        waved->path[i][0] = '\0';
        if (i < files->count) {
            memcpy(waved->path[i], unpacked->resolved[i].path, FA_PATH_BYTES);
        }
    }
    return waved->is_set ? 0 : EACCES;
}

/* As often as what a number leads to is exchanged meanwhile. Returns as fa_guarded_act() does; `*error` is what the
 * system said. */
static int
act_judged(const fa_os_call *act, int *error)
{
    const fa_authority *authority; /* borrowed: until other threads may have run */
    let_go waved = {.is_set = false};
    fa_unpacked unpacked;

    for (int tries = 0; tries < FA_RETRIES; tries++) {
        fa_retry_wait(tries);
        unpacked.chunks = NULL;
        take_lock(act);
        outcome came = judge_and_do(act, &waved, &unpacked, &authority, error);
        fa_names_lock_release();
        int told = came == REFUSED ? refuse(act, authority, &unpacked, &waved) : 0;
        fa_unpacked_clear(&unpacked);
        if (came == FAILED || told < 0) {
            return -1;
        }
        if (came == UNGOVERNED) {
            return 0;
        }
        if (came == DONE || told > 0) {
            *error = told > 0 ? told : *error;
            return 1;
        }
    }
    return 1;
}

/* As CPython says it. */
static void
raise_error(const fa_os_call *act, int error)
{
    if (act->errand.leaves_links && (error == ENOTSUP || error == EOPNOTSUPP)) {
        if (act->dir_fd[0] == -1) {
            PyErr_SetString(PyExc_NotImplementedError, "chmod: follow_symlinks unavailable on this platform");
        }
        else {
            PyErr_SetString(PyExc_ValueError, "chmod: cannot use dir_fd and follow_symlinks together");
        }
        return;
    }
    errno = error;
    bool may_be_the_time = act->errand.deed == FA_DO_UTIME && !FA_UTIME_SHOWS_FILE;
    if (may_be_the_time || act->errand.deed == FA_DO_MKFIFO || act->errand.deed == FA_DO_MKNOD) {
        PyErr_SetFromErrno(PyExc_OSError);
    }
    else if (act->shown[1] != NULL) {
        PyErr_SetFromErrnoWithFilenameObjects(PyExc_OSError, act->shown[0], act->shown[1]);
    }
    else {
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, act->shown[0]);
    }
}

/* The event that CPython would have raised, for other hooks if there are any. */
static int
announce(const fa_os_call *act)
{
    if (!fa_listeners_exist()) {
        return 0;
    }
    PyObject *before = fa_announced_put_act(act->operands);
    int status = PySys_Audit(fa_event_rows[act->id].name, "O", act->operands);
    (void)fa_announced_put_act(before);
    return status;
}

int
fa_guarded_act(const fa_os_call *act)
{
    int error = EAGAIN;

    if (announce(act) < 0) {
        return -1;
    }
    int status = act_judged(act, &error);
    if (status <= 0 || error == 0) {
        return status;
    }
    raise_error(act, error);
    return -1;
}
