/* passwords.c: reading the shadow passwords is asked about. */
#include "interpose/passwords.h"

#include <fcntl.h>

#include "interpose/interpose.h"

/* The C library reads that file, and what the system is set to ask besides. */
#define READS_SHADOW(NAME)                                                                         \
    static PyObject *NAME(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);                  \
    FA_INTERPOSED(NAME, NAME);                                                                     \
    static PyObject *NAME(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) \
    {                                                                                              \
        if (PySys_Audit("open", "sOi", "/etc/shadow", Py_None, O_RDONLY | O_CLOEXEC) < 0) {        \
            return NULL;                                                                           \
        }                                                                                          \
        return fa_interpose_call(&NAME##_patch, self, args, count, names);                         \
    }

READS_SHADOW(getspnam)
READS_SHADOW(getspall)

int
fa_passwords_install(PyObject *module)
{
    PyObject *one = PyObject_GetAttrString(module, "getspnam");                      /* owned */
    PyObject *all = one == NULL ? NULL : PyObject_GetAttrString(module, "getspall"); /* owned */
    int status = all == NULL || fa_interpose_function(&getspnam_patch, one) < 0
                         || fa_interpose_function(&getspall_patch, all) < 0 ? -1 : 0;
    Py_XDECREF(one);
    Py_XDECREF(all);
    return status;
}
