/* uvloop_settings.c: what uvloop's loops ask on occasion is plain, and who runs their jobs is for whoever made them to say. */
#include "interpose/uvloop_settings.h"

#include "authority/gate.h"
#include "interpose/inits.h"
#include "interpose/interpose.h"
#include "interpose/loop_hooks.h"
#include "interpose/loop_settings.h"
#include "interpose/made_loops.h"
#include "interpose/places.h"

/* What loop_settings.c and loop_hooks.c do to asyncio's own loops. */

static initproc original_init; /* written once, before ours is called */

static int
init_loop(PyObject *self, PyObject *args, PyObject *kwargs)
{
    fa_interpreter *here = fa_gate_is_open() ? fa_state_here() : NULL;
    if (here != NULL) {
        fa_made_loops_note(here, self);
    }
    return original_init(self, args, kwargs);
}

static PyObject *set_executor(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(set_executor, set_executor);

static PyObject *
set_executor(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return fa_loop_settings_check(self) < 0 ? NULL : fa_interpose_call(&set_executor_patch, self, args, count, names);
}

/* The same call with the first argument made plain. */
static PyObject *
call_plain(const fa_patch *patch, PyObject *(*plain)(PyObject *), const char *name, PyObject *self,
           PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    Py_ssize_t at = fa_places_find(count, names, 0, name);
    if (at < 0) {
        return fa_interpose_call(patch, self, args, count, names);
    }
    PyObject *first = plain(args[at]); /* owned */
    PyObject *result = first == NULL ? NULL : fa_interpose_call_with(patch, self, args, count, names, at, first);
    Py_XDECREF(first);
    return result;
}

#define PLAIN(NAME, HOW, FIRST)                                                                                        \
    static PyObject *NAME##_here(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);                              \
    FA_INTERPOSED(NAME, NAME##_here);                                                                                 \
    static PyObject *NAME##_here(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)            \
    {                                                                                                                 \
        return call_plain(&NAME##_patch, HOW, FIRST, self, args, count, names);                                              \
    }

PLAIN(add_reader, fa_loop_settings_descriptor, "fileobj")
PLAIN(add_writer, fa_loop_settings_descriptor, "fileobj")
PLAIN(add_signal_handler, fa_loop_settings_signal, "sig")

/* ---- Loop.set_exception_handler(handler), set_task_factory(factory), and what shows them ---- */

#define HOOK(NAME)                                                                                                     \
    static PyObject *get_##NAME##_here(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);                        \
    FA_INTERPOSED(get_##NAME, get_##NAME##_here);                                                                     \
    static PyObject *get_##NAME##_here(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)      \
    {                                                                                                                 \
        return fa_loop_hooks_get(&get_##NAME##_patch, self, args, count, names);                                      \
    }                                                                                                                 \
    static PyObject *set_##NAME##_here(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);                        \
    FA_INTERPOSED(set_##NAME, set_##NAME##_here);                                                                     \
    static PyObject *set_##NAME##_here(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)      \
    {                                                                                                                 \
        return fa_loop_hooks_set(&set_##NAME##_patch, &get_##NAME##_patch, self, args, count, names);                 \
    }

HOOK(exception_handler)
HOOK(task_factory)

int
fa_uvloop_settings_install(PyObject *module)
{
    static const struct {
        fa_patch *patch;
        const char *name;
    } methods[] = {
        {&get_exception_handler_patch, "get_exception_handler"}, /* before its setter, which asks it */
        {&set_exception_handler_patch, "set_exception_handler"},
        {&get_task_factory_patch, "get_task_factory"},
        {&set_task_factory_patch, "set_task_factory"},
        {&set_executor_patch, "set_default_executor"},
        {&add_reader_patch, "add_reader"},
        {&add_writer_patch, "add_writer"},
        {&add_signal_handler_patch, "add_signal_handler"},
    };
    PyObject *loop = PyObject_GetAttrString(module, "Loop"); /* owned */
    int status = -1;
    if (loop != NULL && PyType_Check(loop)) {
        status = fa_inits_replace((PyTypeObject *)loop, init_loop, &original_init);
        for (size_t i = 0; status == 0 && i < Py_ARRAY_LENGTH(methods); i++) {
            status = fa_interpose_method(methods[i].patch, (PyTypeObject *)loop, methods[i].name);
        }
    }
    else if (loop != NULL) {
        PyErr_SetString(PyExc_TypeError, "fastaudit cannot interpose uvloop: not the one that it knows");
    }
    Py_XDECREF(loop);
    return status;
}
