/* loop_settings.c: what a loop asks on occasion is plain, and who runs its jobs is for whoever made the loop to say. */
#include "interpose/loop_settings.h"

#include "authority/authority.h"
#include "authority/gate.h"
#include "interpose/known.h"
#include "interpose/made_loops.h"
#include "interpose/redirect.h"

/* A loop keeps what it is given, and asks it later on its own behalf: whether debug mode is on at each step, which descriptor is
 * the same as another one, and an executor to run what its host gives it. */

enum { INIT, SET_DEBUG, SET_EXECUTOR, ADD_READER, ADD_WRITER, ADD_SIGNAL, SETTINGS = FA_LOOP_SETTINGS };

/* ---- made plain ---- */

static PyObject *
plain_truth(PyObject *object)
{
    int yes = PyBool_Check(object) ? -2 : PyObject_IsTrue(object);
    return yes == -2 ? Py_NewRef(object) : yes < 0 ? NULL : PyBool_FromLong(yes);
}

/* The same number, without a method of its class being called. */
static PyObject *
copy_number(PyObject *number)
{
    return PyLong_Type.tp_as_number->nb_positive(number);
}

/* socket.socket has no `__dict__`: nobody puts something in the place of its methods. */
static bool
is_standard_socket(PyObject *object)
{
    PyObject *module = Py_TYPE(object)->tp_base == NULL ? NULL : fa_known_module("socket");    /* owned */
    PyObject *type = module == NULL ? NULL : PyObject_GetAttrString(module, "socket");         /* owned */
    bool is = type == (PyObject *)Py_TYPE(object);
    PyErr_Clear();
    Py_XDECREF(type);
    Py_XDECREF(module);
    return is;
}

PyObject *
fa_loop_settings_descriptor(PyObject *object)
{
    int inside = PyLong_CheckExact(object) ? 0 : fa_authority_is_inside();
    if (inside <= 0 || is_standard_socket(object)) {
        return inside < 0 ? NULL : Py_NewRef(object);
    }
    if (PyLong_Check(object)) {
        return copy_number(object);
    }
    PyObject *told = PyObject_CallMethod(object, "fileno", NULL); /* owned */
    PyObject *number = told == NULL ? NULL : PyNumber_Long(told); /* owned */
    Py_XDECREF(told);
    if (number == NULL && (PyErr_ExceptionMatches(PyExc_AttributeError) || PyErr_ExceptionMatches(PyExc_TypeError))) {
        PyErr_Format(PyExc_ValueError, "Invalid file object: %R", object);
    }
    return number;
}

PyObject *
fa_loop_settings_signal(PyObject *object)
{
    int inside = !PyLong_Check(object) || PyLong_CheckExact(object) ? 0 : fa_authority_is_inside();
    return inside < 0 ? NULL : inside > 0 ? copy_number(object) : Py_NewRef(object);
}

/* ---- who may ---- */

int
fa_loop_settings_check(PyObject *loop)
{
    fa_interpreter *here = fa_state_here();
    int may = here == NULL ? 1 : fa_made_loops_may(here, loop);
    if (may == 0) {
        PyErr_SetString(here->scope_error,
                        "code in a sandbox cannot exchange the executor of an event loop that was made outside of it");
    }
    return may > 0 ? 0 : -1;
}

/* ---- the methods, in Python ---- */

static PyObject *
set(int which, PyObject *const *args, size_t flags, PyObject *keywords)
{
    static PyObject *(*const plain[SETTINGS])(PyObject *) = {
        [SET_DEBUG] = plain_truth,
        [ADD_READER] = fa_loop_settings_descriptor,
        [ADD_WRITER] = fa_loop_settings_descriptor,
        [ADD_SIGNAL] = fa_loop_settings_signal,
    };
    fa_interpreter *here = fa_pools_here();
    Py_ssize_t count = PyVectorcall_NARGS(flags);
    if (here == NULL) {
        return NULL;
    }
    PyObject *original = here->pools->loop_settings[which];
    if (!fa_gate_is_open() || count < (which == INIT ? 1 : 2)) {
        return PyObject_Vectorcall(original, args, flags, keywords);
    }
    if (which == SET_EXECUTOR && fa_loop_settings_check(args[0]) < 0) {
        return NULL;
    }
    if (plain[which] == NULL) {
        if (which == INIT) {
            fa_made_loops_note(here, args[0]);
        }
        return PyObject_Vectorcall(original, args, flags, keywords);
    }
    PyObject *made = plain[which](args[1]); /* owned */
    PyObject *result = made == NULL ? NULL : fa_redirect_call_with(original, args, flags, keywords, 1, made);
    Py_XDECREF(made);
    return result;
}

#define SETTING(NAME, WHICH)                                                                                           \
    static PyObject *NAME(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *keywords)      \
    {                                                                                                                 \
        return set(WHICH, args, flags, keywords);                                                                     \
    }

SETTING(init, INIT)
SETTING(set_debug, SET_DEBUG)
SETTING(set_executor, SET_EXECUTOR)
SETTING(add_reader, ADD_READER)
SETTING(add_writer, ADD_WRITER)
SETTING(add_signal, ADD_SIGNAL)

/* ---- putting it in place ---- */

void
fa_loop_settings_install(fa_pools *pools, PyObject *base_events)
{
    static const struct {
        const char *module, *type, *name; /* `module` is NULL for asyncio.base_events */
        vectorcallfunc ours;
    } methods[SETTINGS] = {
        [INIT] = {NULL, "BaseEventLoop", "__init__", init},
        [SET_DEBUG] = {NULL, "BaseEventLoop", "set_debug", set_debug},
        [SET_EXECUTOR] = {NULL, "BaseEventLoop", "set_default_executor", set_executor},
        [ADD_READER] = {"asyncio.selector_events", "BaseSelectorEventLoop", "_add_reader", add_reader},
        [ADD_WRITER] = {"asyncio.selector_events", "BaseSelectorEventLoop", "_add_writer", add_writer},
        [ADD_SIGNAL] = {"asyncio.unix_events", "_UnixSelectorEventLoop", "add_signal_handler", add_signal},
    };
    for (int i = 0; i < SETTINGS; i++) {
        PyObject *module = methods[i].module == NULL ? Py_NewRef(base_events) : fa_known_module(methods[i].module); /* owned */
        PyObject *type = module == NULL ? NULL : PyObject_GetAttrString(module, methods[i].type);               /* owned */
        if (type != NULL) {
            (void)fa_redirect(pools->redirect_type, type, methods[i].name, methods[i].ours, &pools->loop_settings[i]);
        }
        fa_known_forgive(&pools->lacked); /* half imported, or another asyncio than we know */
        Py_XDECREF(type);
        Py_XDECREF(module);
    }
}
