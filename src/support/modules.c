/* modules.c: whether modules have come since somebody looked at them. */
#include "support/modules.h"

#if FA_DICTS_ARE_WATCHED

static int
note(PyDict_WatchEvent event, PyObject *dict, PyObject *Py_UNUSED(key), PyObject *Py_UNUSED(value))
{
    fa_interpreter *here = fa_state_here();
    if (here != NULL && dict == here->modules && event != PyDict_EVENT_DELETED) {
        fa_modules_look_again(here);
    }
    return 0;
}

void
fa_modules_watch(fa_interpreter *here)
{
    int watcher = PyDict_AddWatcher(note);
    here->modules_watched = watcher >= 0 && PyDict_Watch(watcher, here->modules) == 0;
    PyErr_Clear(); /* all watchers are taken */
}

#else

void
fa_modules_watch(fa_interpreter *Py_UNUSED(here))
{
}

#endif
