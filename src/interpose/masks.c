/* masks.c: raises events for what changes the process itself and has none: its mask, its priority, its processors. */
#include "interpose/masks.h"

#include "interpose/interpose.h"

/* One of these functions: raise an event of its name, with the arguments, then call it. */
static PyObject *
announce(const fa_patch *patch, const char *event, PyObject *self, PyObject *const *args, Py_ssize_t count,
         PyObject *names)
{
    PyObject *given = PyTuple_New(count); /* owned */
    if (given == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTuple_SET_ITEM(given, i, Py_NewRef(args[i]));
    }
    int status = PySys_Audit(event, "O", given);
    Py_DECREF(given);
    return status < 0 ? NULL : fa_interpose_call(patch, self, args, count, names);
}

/* os.umask(mask, /): asking takes setting, so both need the right. */
static PyObject *set_mask(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(umask, set_mask);

static PyObject *
set_mask(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (PySys_Audit("os.umask", "O", count > 0 ? args[0] : Py_None) < 0) {
        return NULL;
    }
    return fa_interpose_call(&umask_patch, self, args, count, names);
}

#define ANNOUNCED(NAME)                                                                            \
    static PyObject *announce_##NAME(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);       \
    FA_INTERPOSED(NAME, announce_##NAME);                                                          \
    static PyObject *announce_##NAME(PyObject *self, PyObject *const *args, Py_ssize_t count,      \
                                     PyObject *names)                                              \
    {                                                                                              \
        return announce(&NAME##_patch, "os." #NAME, self, args, count, names);                     \
    }

ANNOUNCED(nice)
ANNOUNCED(setpriority)
ANNOUNCED(sched_setaffinity)
ANNOUNCED(sched_setparam)
ANNOUNCED(sched_setscheduler)

int
fa_masks_install(void)
{
    struct {
        fa_patch *patch;
        const char *name;
    } all[] = {
        {&umask_patch, "umask"},
        {&nice_patch, "nice"},
        {&setpriority_patch, "setpriority"},
        {&sched_setaffinity_patch, "sched_setaffinity"},
        {&sched_setparam_patch, "sched_setparam"},
        {&sched_setscheduler_patch, "sched_setscheduler"},
    };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (fa_interpose_named(all[i].patch, "posix", NULL, all[i].name) < 0) {
            return -1;
        }
    }
    return 0;
}
