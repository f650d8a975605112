/* loky_tracker.c: what a process of loky's is told to delete, which nobody holds. */
#include "interpose/loky_tracker.h"

#include <string.h>

#include "authority/authority.h"
#include "authority/gate.h"
#include "classify/resolve.h"
#include "interpose/mp_jobs.h"
#include "interpose/places.h"
#include "interpose/redirect.h"
#include "interpose/shared_memory.h"

/* ResourceTracker sends a command, a name and a kind to a process, which deletes what is not used any more: files and folders,
 * too. So names of files are judged as if they were deleted here; and since that process has a folder, descriptors and a place in /proc
 * of its own, it is told the canonical one that was judged. Folders are joblib's, which names them by chance: whoever may use
 * such a name was told, and what lies in one is to be deleted. Others are for those who may run any program. */

enum { SELF, COMMAND, NAME, KIND, ALL };

static const char *const commands[] = {"REGISTER", "UNREGISTER", "MAYBE_UNLINK", "PROBE"};

/* A text on one line, as such (borrowed), or NULL: it could say something else to whoever reads it. */
static const char *
line_of(PyObject *object)
{
    Py_ssize_t size;
    const char *text = PyUnicode_CheckExact(object) ? PyUnicode_AsUTF8AndSize(object, &size) : NULL;
    if (text == NULL) {
        PyErr_Clear();
    }
    return text == NULL || strlen(text) != (size_t)size || strpbrk(text, "\r\n") != NULL ? NULL : text;
}

static bool
is_command(PyObject *object)
{
    const char *text = line_of(object);
    bool is = false;
    for (size_t i = 0; text != NULL && !is && i < sizeof commands / sizeof *commands; i++) {
        is = strcmp(text, commands[i]) == 0;
    }
    return is;
}

/* Whether the last part of a path is a name as joblib makes them: a number and two times 32 letters, after this. */
static bool
is_of_joblib(const char *path)
{
    static const char begins[] = "joblib_memmapping_folder_", letters[] = "0123456789abcdef";
    const char *name = strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;
    if (strncmp(name, begins, strlen(begins)) != 0) {
        return false;
    }
    name += strlen(begins);
    size_t number = strspn(name, letters);
    return number > 0 && name[number] == '_' && strspn(name + number + 1, letters) == 32 && name[number + 33] == '_'
        && strspn(name + number + 34, letters) == 32 && name[number + 66] == '\0';
}

/* The canonical name of a file (new reference), on one line as the name is; None when it has none. NULL with an exception set. */
static PyObject *
canonical(PyObject *name)
{
    PyObject *encoded; /* owned */
    PyObject *real = NULL;
    fa_resolved place;
    fa_text text;

    if (fa_places_read(name, &encoded, &text) < 0) {
        return NULL;
    }
    if (fa_resolve(text, -1, FA_NO_FOLLOW, &place) == 0 && place.length > 0) {
        real = PyUnicode_DecodeFSDefaultAndSize(place.path, (Py_ssize_t)place.length);
        if (real != NULL && line_of(real) == NULL) {
            Py_CLEAR(real); /* a link had more than one */
        }
    }
    Py_XDECREF(encoded);
    return real != NULL || PyErr_Occurred() ? real : Py_NewRef(Py_None);
}

/* Whether a file may be named so. Returns 0, with the name that is sent (new reference), or -1 with an exception set. */
static int
may_name_file(PyObject *name, PyObject **sent)
{
    PyObject *real = canonical(name); /* owned */
    int status = real == NULL ? -1 : real == Py_None ? fa_mp_jobs_ask() : PySys_Audit("os.remove", "Oi", real, -1);
    *sent = status < 0 ? NULL : Py_NewRef(real == Py_None ? name : real);
    Py_XDECREF(real);
    return status;
}

/* Whether it may be sent from inside. Returns 0, with the name that is sent (new reference, or NULL: as it is), or -1 with an exception
 * set. */
static int
may_send(const fa_authority *authority, PyObject *const *args, PyObject **sent)
{
    const char *kind = line_of(args[KIND]), *name = line_of(args[NAME]);
    if (kind != NULL && name != NULL && is_command(args[COMMAND]) && !fa_mp_jobs_may_run_anything(authority)) {
        if (strcmp(kind, "file") == 0) {
            return may_name_file(args[NAME], sent);
        }
        if (strcmp(kind, "noop") == 0 || strcmp(kind, "dummy") == 0 || fa_semaphores_is_its_own(args[NAME])
            || (strcmp(kind, "folder") == 0 && is_of_joblib(name))) {
            return 0;
        }
    }
    return fa_mp_jobs_ask();
}

/* _send(self, cmd, name, rtype) */
PyObject *
fa_loky_tracker_send(const fa_loky *copy, PyObject *const *args, size_t flags, PyObject *names)
{
    const fa_authority *authority;
    int found = fa_gate_is_open() ? fa_authority_get(&authority) : 0;
    PyObject *sent = NULL; /* owned */
    if (found > 0 && authority->box_count > 0 && PyVectorcall_NARGS(flags) == ALL) {
        found = may_send(authority, args, &sent);
    }
    PyObject *result = found < 0    ? NULL
                     : sent == NULL ? PyObject_Vectorcall(copy->send, args, flags, names)
                                    : fa_redirect_call_with(copy->send, args, flags, names, NAME, sent);
    Py_XDECREF(sent);
    return result;
}

int
fa_loky_tracker_install(fa_pools *pools, fa_loky *copy, PyObject *module, vectorcallfunc call)
{
    PyObject *type = PyObject_GetAttrString(module, "ResourceTracker");                 /* owned */
    PyObject *function = type == NULL ? NULL : PyObject_GetAttrString(type, "_send"); /* owned */
    fa_known_forgive(&pools->lacked); /* half imported: another time; or another loky than we know */
    int status = function == NULL ? 0 : fa_redirect(pools->redirect_type, type, "_send", call, &copy->send);
    Py_XDECREF(function);
    Py_XDECREF(type);
    return status;
}
