/* hub_attributes.c: what gevent's watchers and callbacks hold is theirs to change by whoever is not in a sandbox. */
#include "interpose/hub_attributes.h"

#include "interpose/greenlet_parts.h"
#include "interpose/hub_arrivals.h"
#include "interpose/hub_callback.h"
#include "interpose/slots.h"

static setter set_watcher_callback, set_watcher_args, set_handle_callback, set_handle_args;

static int
change_callback(setter set, PyObject *self, PyObject *value, void *closure)
{
    const fa_authority *authority;
    int found;
    fa_interpreter *here = value == NULL ? NULL : fa_greenlet_somewhere_held(&authority, &found);
    if (value == NULL || (here == NULL && found == 0)) {
        return set(self, value, closure);
    }
    PyObject *ours = here == NULL ? NULL : fa_hub_callback_here(here, value); /* owned */
    int status = ours == NULL ? -1 : set(self, ours, closure);
    Py_XDECREF(ours);
    return status;
}

static int
change_args(setter set, PyObject *self, PyObject *value, void *closure)
{
    const fa_authority *authority;
    int found;
    fa_interpreter *here = fa_greenlet_somewhere_held(&authority, &found);
    if (here != NULL) {
        PyErr_SetString(here->scope_error, "code in a sandbox cannot change what a callback of gevent's is called with");
        return -1;
    }
    return found < 0 ? -1 : set(self, value, closure);
}

#define SETTING(NAME, CHANGE)                                                                      \
    static int change_##NAME(PyObject *self, PyObject *value, void *closure)                       \
    {                                                                                              \
        return CHANGE(set_##NAME, self, value, closure);                                           \
    }

SETTING(watcher_callback, change_callback)
SETTING(watcher_args, change_args)
SETTING(handle_callback, change_callback)
SETTING(handle_args, change_args)

/* gevent takes the list of links out of these, to add whoever comes meanwhile; anybody could. */
static getter get_handle_args;

static PyObject *
show_handle_args(PyObject *self, void *closure)
{
    const fa_authority *authority;
    int found;
    fa_interpreter *here = fa_greenlet_somewhere_held(&authority, &found);
    PyObject *args = found < 0 ? NULL : get_handle_args(self, closure);
    if (here != NULL && args != NULL && PyTuple_CheckExact(args)) {
        Py_SETREF(args, fa_hub_arrivals_in(args));
    }
    return args;
}

/* ---- putting it in place ---- */

int
fa_hub_attributes_install(PyObject *module)
{
    PyObject *watcher = PyObject_GetAttrString(module, "watcher");                         /* owned */
    PyObject *handle = watcher == NULL ? NULL : PyObject_GetAttrString(module, "callback"); /* owned */
    int status = -1;
    if (handle != NULL && (!PyType_Check(watcher) || !PyType_Check(handle))) {
        PyErr_SetString(PyExc_TypeError, "fastaudit cannot interpose gevent: it is not the one it knows");
    }
    else if (handle != NULL &&
             fa_slots_attribute((PyTypeObject *)watcher, "callback", NULL, &set_watcher_callback, NULL,
                                change_watcher_callback) == 0 &&
             fa_slots_attribute((PyTypeObject *)watcher, "args", NULL, &set_watcher_args, NULL, change_watcher_args) == 0 &&
             fa_slots_attribute((PyTypeObject *)handle, "callback", NULL, &set_handle_callback, NULL,
                                change_handle_callback) == 0) {
        status = fa_slots_attribute((PyTypeObject *)handle, "args", &get_handle_args, &set_handle_args, show_handle_args,
                                    change_handle_args);
    }
    Py_XDECREF(handle);
    Py_XDECREF(watcher);
    return status;
}
