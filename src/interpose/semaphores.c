/* semaphores.c: multiprocessing's semaphores, whose names are judged as files but for its own. */
#include "interpose/shared_memory.h"

#include <fcntl.h>
#include <string.h>

#include "authority/authority.h"
#include "interpose/interpose.h"
#include "interpose/shared_names.h"
#include "interpose/slots.h"

/* "/mp-" and eight letters by chance, or of loky (of joblib) "/loky-", a number, "-" and as many. */
bool
fa_semaphores_is_its_own(PyObject *name)
{
    static const char begins[] = "/mp-", other[] = "/loky-", letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(name, &size); /* borrowed */

    if (text == NULL) {
        PyErr_Clear(); /* said where it is read next */
        return false;
    }
    size_t first = strlen(begins);
    if (strncmp(text, other, strlen(other)) == 0) {
        first = strlen(other);
        first += strspn(text + first, "0123456789");
        first += text[first] == '-';
    }
    else if (strncmp(text, begins, first) != 0) {
        return false;
    }
    return text[first - 1] == '-' && size == (Py_ssize_t)first + 8 && strspn(text + first, letters) == 8;
}

/* Ask about making or opening what `name` stands for. Returns 0, or -1 with an exception set. */
static int
ask_about(PyObject *name, int flags)
{
    const fa_authority *authority; /* borrowed */

    int held = fa_authority_get(&authority);
    if (held <= 0 || fa_semaphores_is_its_own(name)) {
        return held < 0 ? -1 : 0;
    }
    PyObject *path = fa_shared_names_path(name, FA_SHARED_SEMAPHORE); /* owned */
    int status = path == NULL ? -1 : PySys_Audit("open", "OOi", path, Py_None, flags | O_NOFOLLOW);
    Py_XDECREF(path);
    return status;
}

/* ---- making ---- */

static newfunc original_new; /* written once, before ours can be called */

/* SemLock(kind, value, maxvalue, name, unlink): one whose name goes away at once leaves nothing behind. */
static PyObject *
make_semaphore(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *words[] = {"kind", "value", "maxvalue", "name", "unlink", NULL};
    PyObject *kind, *value, *most, *name, *unlink; /* borrowed */

    if (!fa_gate_is_open()) {
        return original_new(type, args, kwargs);
    }
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOOUO:SemLock", words, &kind, &value, &most, &name, &unlink)) {
        return NULL;
    }
    int goes = PyObject_IsTrue(unlink); /* the one conversion */
    if (goes < 0 || (!goes && ask_about(name, O_WRONLY | O_CREAT | O_EXCL) < 0)) {
        return NULL;
    }
    PyObject *given = PyTuple_Pack(5, kind, value, most, name, goes ? Py_True : Py_False); /* owned */
    PyObject *made = given == NULL ? NULL : original_new(type, given, NULL);
    Py_XDECREF(given);
    return made;
}

/* SemLock._rebuild(handle, kind, maxvalue, name, /): without a name the handle is an address in memory, where multiprocessing
 * itself has a name always. */
static PyObject *rebuild_semaphore(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(rebuild, rebuild_semaphore);

static PyObject *
rebuild_semaphore(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (count == 4 && names == NULL) {
        int status = !PyUnicode_Check(args[3]) ? PySys_Audit("_multiprocessing.SemLock._rebuild", "O", args[0])
                                               : ask_about(args[3], O_RDWR);
        if (status < 0) {
            return NULL;
        }
    }
    return fa_interpose_call(&rebuild_patch, self, args, count, names);
}

/* ---- deleting ---- */

static PyObject *delete_semaphore(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(sem_unlink, delete_semaphore);

static PyObject *
delete_semaphore(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    bool asks = count == 1 && names == NULL && PyUnicode_Check(args[0]) && !fa_semaphores_is_its_own(args[0]);
    int done = asks ? fa_shared_names_delete(args[0], FA_SHARED_SEMAPHORE) : 0;
    if (done < 0) {
        return NULL;
    }
    return done > 0 ? Py_NewRef(Py_None) : fa_interpose_call(&sem_unlink_patch, self, args, count, names);
}

/* ---- putting it in place ---- */

int
fa_semaphores_begin(PyObject *module)
{
    PyObject *deletes = PyObject_GetAttrString(module, "sem_unlink"); /* owned */
    int status = deletes == NULL ? -1 : fa_interpose_function(&sem_unlink_patch, deletes);
    Py_XDECREF(deletes);
    return status;
}

int
fa_semaphores_install(PyObject *module)
{
    PyObject *type = PyObject_GetAttrString(module, "SemLock");                          /* owned */
    PyObject *rebuilds = type == NULL ? NULL : PyObject_GetAttrString(type, "_rebuild"); /* owned */
    int status = -1;

    if (rebuilds != NULL && PyType_Check(type)) {
        status = fa_semaphores_begin(module) < 0 || fa_interpose_function(&rebuild_patch, rebuilds) < 0
                         || fa_slots_replace_new((PyTypeObject *)type, make_semaphore, &original_new) < 0 ? -1 : 0;
    }
    else if (rebuilds != NULL) {
        PyErr_SetString(PyExc_TypeError, "fastaudit cannot interpose _multiprocessing.SemLock: it is no type");
    }
    Py_XDECREF(rebuilds);
    Py_XDECREF(type);
    return status;
}
