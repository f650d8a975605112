/* masks.c: raises an event for os.umask, which has none. */
#include "interpose/masks.h"

#include "interpose/interpose.h"

static PyObject *set_mask(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names);

FA_INTERPOSED(umask, set_mask);

/* os.umask(mask, /): asking takes setting, so both need the right. */
static PyObject *
set_mask(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (PySys_Audit("os.umask", "O", count > 0 ? args[0] : Py_None) < 0) {
        return NULL;
    }
    return fa_interpose_call(&umask_patch, self, args, count, names);
}

int
fa_masks_install(void)
{
    return fa_interpose_named(&umask_patch, "posix", NULL, "umask") < 0 ? -1 : 0;
}
