/* handed.c: what code in a sandbox hands to a greenlet that is not held as it is. */
#include "interpose/handed.h"

#include "interpose/carry.h"
#include "interpose/pools_known.h"
#include "scope/message.h"
#include "scope/thrown.h"

/* A greenlet that was started goes on with its own authority, as it should: what it is handed meets that. Plain data has no
 * methods that somebody made, and a copy of it stays what it was when it was judged. */

enum { PASSING = 8 };

static PyTypeObject *passing[PASSING]; /* owned; as long as the process */

void
fa_handed_passes(PyTypeObject *type)
{
    for (int i = 0; i < PASSING; i++) {
        if (passing[i] == NULL) {
            passing[i] = (PyTypeObject *)Py_NewRef(type);
        }
        if (passing[i] == type) {
            return;
        }
    }
}

/* ---- what the hub calls ---- */

static FA_THREAD_LOCAL fa_handed_told told;

static const void *
context_here(void)
{
    return PyThreadState_Get()->context;
}

fa_handed_told
fa_handed_tell(PyObject *about)
{
    fa_handed_told before = told;
    told = (fa_handed_told){context_here(), about, before.judges && before.context == context_here()};
    return before;
}

fa_handed_told
fa_handed_call(bool passes)
{
    fa_handed_told before = told;
    told = (fa_handed_told){context_here(), NULL, !passes};
    return before;
}

void
fa_handed_tell_again(fa_handed_told before)
{
    told = before;
}

bool
fa_handed_by_hub(fa_interpreter *here)
{
    return !(told.judges && told.context == context_here()) && here->pools != NULL &&
           fa_known_runs(&here->pools->hub_run, fa_frames_innermost());
}

/* ---- one value ---- */

/* Whether nothing of the value can be somebody's own but what it refers to. */
static bool
passes(PyObject *value)
{
    if (value == told.about && told.context == context_here()) {
        return true;
    }
    bool known = false;
    if (!PyType_HasFeature(Py_TYPE(value), Py_TPFLAGS_HEAPTYPE)) {
        for (int i = 0; i < PASSING && passing[i] != NULL && !known; i++) {
            known = PyType_IsSubtype(Py_TYPE(value), passing[i]);
        }
    }
    return known;
}

PyObject *
fa_handed_value(fa_interpreter *here, PyObject *value)
{
    if (value == Py_None || PyUnicode_CheckExact(value) || PyLong_CheckExact(value) || passes(value)) {
        return Py_NewRef(value);
    }
    if (PyCallable_Check(value)) {
        return fa_carry_here(here, value);
    }
    PyObject *plain = fa_message_reduce_one(value);
    if (plain == NULL && PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Format(here->scope_error,
                     "code in a sandbox cannot hand an object of type %.200s to a greenlet that runs without this sandbox: "
                     "plain data and callables can be handed over", Py_TYPE(value)->tp_name);
    }
    return plain;
}

/* ---- exceptions ---- */

/* The class that gevent throws into others (new reference), if `given` means one; NULL without an exception. */
static PyObject *
find_class_of_gevent(PyObject *given)
{
    static const struct {
        const char *module, *name;
    } classes[] = {
        {"gevent._socketcommon", "cancel_wait_ex"}, {"gevent.timeout", "Timeout"},         {"gevent.exceptions", "LoopExit"},
        {"gevent.exceptions", "HubDestroyed"},      {"gevent.queue", "ShutDown"},
    };
    PyObject *wanted = PyExceptionClass_Check(given) ? given : (PyObject *)Py_TYPE(given);
    PyObject *found = NULL; /* owned */
    for (size_t i = 0; i < Py_ARRAY_LENGTH(classes) && found != wanted; i++) {
        PyObject *module = fa_known_module(classes[i].module); /* owned */
        Py_XSETREF(found, module == NULL ? NULL : PyObject_GetAttrString(module, classes[i].name));
        PyErr_Clear(); /* another gevent than we know */
        Py_XDECREF(module);
    }
    if (found != wanted) {
        Py_CLEAR(found);
    }
    return found;
}

PyObject *
fa_handed_exception(PyObject *const *args, Py_ssize_t count, PyObject *exit)
{
    PyObject *known = find_class_of_gevent(args[0]); /* owned */
    PyObject *given = PyTuple_New(count);            /* owned */
    for (Py_ssize_t i = 0; given != NULL && i < count; i++) {
        PyTuple_SET_ITEM(given, i, Py_NewRef(args[i]));
    }
    PyObject *error = given == NULL ? NULL : fa_thrown_plain(given, known != NULL ? known : exit);
    Py_XDECREF(given);
    Py_XDECREF(known);
    return error;
}
