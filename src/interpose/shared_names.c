/* shared_names.c: the files that names of shared memory and of semaphores stand for. */
#include "interpose/shared_names.h"

#include <errno.h>
#include <string.h>

#include "interpose/act_arguments.h"
#include "interpose/places.h"

/* Where the C libraries of Linux keep them; elsewhere names are judged as if they did. */
static const char *const folders[] = {[FA_SHARED_MEMORY] = "/dev/shm/", [FA_SHARED_SEMAPHORE] = "/dev/shm/sem."};

PyObject *
fa_shared_names_path(PyObject *name, fa_shared_kind kind)
{
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(name, &size); /* borrowed */

    if (text == NULL) {
        return NULL;
    }
    if (strlen(text) != (size_t)size) {
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return NULL;
    }
    while (*text == '/') { /* as the C library does */
        text++;
    }
    if (*text == '\0' || strchr(text, '/') != NULL) {
        errno = EINVAL;
        return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, name);
    }
    return PyBytes_FromFormat("%s%s", folders[kind], text);
}

/* Delete `path`, of which errors show `name`. Returns as fa_shared_names_delete() does. */
static int
delete_file(PyObject *path, PyObject *name)
{
    static const fa_act_function deletes = {
        FA_DO_REMOVE, FA_EVENT_OS_REMOVE, 1, 1, {"path"}, {FA_ARGUMENT_PATH},
    };
    const fa_authority *authority; /* borrowed */
    fa_act_arguments arguments;

    int held = fa_authority_get(&authority);
    if (held <= 0) {
        return held;
    }
    if (!fa_guarded_act_judges(authority, deletes.id)) {
        return PySys_Audit("os.remove", "Oi", path, -1);
    }
    int done = fa_act_arguments_read(&deletes, &path, 1, NULL, &arguments);
    done = done > 0 ? fa_guarded_act(&arguments.act) : done;
    fa_act_arguments_clear(&arguments);
    if (done < 0) {
        fa_places_show_given(path, name);
    }
    return done;
}

int
fa_shared_names_delete(PyObject *name, fa_shared_kind kind)
{
    PyObject *path = fa_shared_names_path(name, kind); /* owned */
    int done = path == NULL ? -1 : delete_file(path, name);
    Py_XDECREF(path);
    return done;
}
