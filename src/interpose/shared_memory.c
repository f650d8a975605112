/* shared_memory.c: shared memory and semaphores with names are judged as the files that they are. */
#include "interpose/shared_memory.h"

#include <fcntl.h>

#include "audit/listeners.h"
#include "authority/authority.h"
#include "classify/announced.h"
#include "interpose/convert.h"
#include "interpose/guarded_open.h"
#include "interpose/interpose.h"
#include "interpose/places.h"
#include "interpose/shared_names.h"
#include "interpose/slots.h"

/* ---- shared memory ---- */

static PyObject *open_memory(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(shm_open, open_memory);

/* Let the guard open the file, or raise the event for the built-in that is to (*opened is NULL then). Returns 0, or -1 with an
 * exception set. */
static int
open_file(const fa_authority *authority, PyObject *path, int flags, int mode, PyObject **opened)
{
    fa_text text = {PyBytes_AS_STRING(path), (size_t)PyBytes_GET_SIZE(path)};

    *opened = NULL;
    flags |= O_NOFOLLOW; /* as the C library does */
    if (!fa_guarded_open_judges(authority)) {
        return PySys_Audit("open", "OOi", path, Py_None, flags | O_CLOEXEC);
    }
    if (fa_listeners_exist() && PySys_Audit(fa_announced_event, "OOi", path, Py_None, flags | O_CLOEXEC) < 0) {
        return -1;
    }
    *opened = fa_guarded_open(path, text, flags, mode, -1);
    return *opened == NULL ? -1 : 0;
}

/* A call whose arguments were converted once: name, flags, mode. */
static PyObject *
open_by_name(PyObject *self, PyObject *const given[3])
{
    const fa_authority *authority; /* borrowed */
    PyObject *result = NULL;
    PyObject *path = fa_shared_names_path(given[0], FA_SHARED_MEMORY); /* owned */

    if (path == NULL) {
        return NULL;
    }
    int overflow[2];
    long flags = PyLong_AsLongAndOverflow(given[1], &overflow[0]);
    long mode = PyLong_AsLongAndOverflow(given[2], &overflow[1]);
    bool fits = overflow[0] == 0 && overflow[1] == 0 && flags >= INT_MIN && flags <= INT_MAX && mode >= INT_MIN &&
                mode <= INT_MAX;
    int held = fa_authority_get(&authority);
    if (held > 0 && fits) {
        held = open_file(authority, path, (int)flags, (int)mode, &result);
        if (held < 0) {
            fa_places_show_given(path, given[0]);
        }
    }
    if (held >= 0 && result == NULL) { /* it opens, or says that a number is too large */
        result = fa_interpose_call(&shm_open_patch, self, given, 3, NULL);
    }
    Py_DECREF(path);
    return result;
}

/* _posixshmem.shm_open(path, flags, mode=0o777) */
static PyObject *
open_memory(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static const char *const words[] = {"path", "flags", "mode"};
    PyObject *given[3] = {NULL, NULL, NULL}; /* borrowed, and from the second on owned */
    PyObject *result = NULL;
    Py_ssize_t found = 0;

    for (int i = 0; i < 3; i++) {
        Py_ssize_t at = fa_places_find(count, names, i, words[i]);
        given[i] = at < 0 ? NULL : args[at];
        found += at >= 0;
    }
    bool all = found == count + (names == NULL ? 0 : PyTuple_GET_SIZE(names));
    if (!all || given[0] == NULL || !PyUnicode_Check(given[0]) || given[1] == NULL || !PyIndex_Check(given[1]) ||
        (given[2] != NULL && !PyIndex_Check(given[2]))) {
        return fa_interpose_call(&shm_open_patch, self, args, count, names); /* it says what is wrong */
    }
    given[1] = fa_convert_integer(given[1]);
    given[2] = given[1] == NULL ? NULL : given[2] == NULL ? PyLong_FromLong(0777) : fa_convert_integer(given[2]);
    if (given[2] != NULL) {
        result = open_by_name(self, given);
    }
    Py_XDECREF(given[1]);
    Py_XDECREF(given[2]);
    return result;
}

/* _posixshmem.shm_unlink(path) */
static PyObject *delete_memory(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(shm_unlink, delete_memory);

static PyObject *
delete_memory(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    Py_ssize_t at = fa_places_find(count, names, 0, "path");
    bool fits = at >= 0 && count + (names == NULL ? 0 : PyTuple_GET_SIZE(names)) == 1 && PyUnicode_Check(args[at]);
    int done = fits ? fa_shared_names_delete(args[at], FA_SHARED_MEMORY) : 0;
    if (done < 0) {
        return NULL;
    }
    return done > 0 ? Py_NewRef(Py_None) : fa_interpose_call(&shm_unlink_patch, self, args, count, names);
}

int
fa_shared_memory_install(PyObject *module)
{
    PyObject *opens = PyObject_GetAttrString(module, "shm_open");                            /* owned */
    PyObject *deletes = opens == NULL ? NULL : PyObject_GetAttrString(module, "shm_unlink"); /* owned */
    int status = deletes == NULL || fa_interpose_function(&shm_open_patch, opens) < 0
                         || fa_interpose_function(&shm_unlink_patch, deletes) < 0 ? -1 : 0;
    Py_XDECREF(opens);
    Py_XDECREF(deletes);
    return status;
}
