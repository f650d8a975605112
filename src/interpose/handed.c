/* handed.c: what code in a sandbox hands to a greenlet that is not held as it is. */
#include "interpose/handed.h"

#include "authority/authority.h"
#include "interpose/carry.h"
#include "interpose/pools_known.h"
#include "scope/message.h"
#include "scope/thrown.h"
#include "support/contexts.h"

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

/* ---- what the hub gives to whoever waits ---- */

static FA_THREAD_LOCAL fa_handed_told told;
static FA_THREAD_LOCAL uint64_t turns;

static const void *
context_here(void)
{
    return PyThreadState_Get()->context;
}

fa_handed_turn
fa_handed_tell(PyObject *about, const PyObject *waiter)
{
    fa_handed_turn turn = {++turns, told};
    told = (fa_handed_told){turn.number, context_here(), about, waiter};
    return turn;
}

void
fa_handed_told_all(fa_handed_turn turn)
{
    /* Another greenlet's turn came, and did not end, or ended first: then nothing is known any more. */
    told = told.number == turn.number ? turn.before : (fa_handed_told){0};
}

bool
fa_handed_by_hub(fa_interpreter *here)
{
    const fa_context_layout *context = context_here();
    context = context == NULL ? NULL : fa_contexts_outermost(context);
    for (const fa_base *base = fa_authority_thread()->bases; base != NULL; base = base->outer) {
        if (base->outermost == NULL || base->outermost == (const PyObject *)context) {
            return false; /* a carrier runs in this greenlet */
        }
    }
    return here->pools != NULL && fa_known_runs(&here->pools->hub_run, fa_frames_innermost());
}

/* ---- one value ---- */

/* Whether nothing of the value can be somebody's own but what it refers to. */
static bool
passes(const PyObject *greenlet, PyObject *value)
{
    if (value == told.about && told.context == context_here() && (told.waiter == NULL || told.waiter == greenlet)) {
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
fa_handed_value(fa_interpreter *here, PyObject *greenlet, PyObject *value)
{
    if (value == Py_None || PyUnicode_CheckExact(value) || PyLong_CheckExact(value) || passes(greenlet, value)) {
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
    if (error != NULL && known != NULL && (PyObject *)Py_TYPE(error) != known) { /* some of them take no arguments */
        PyObject *bare = PyObject_CallNoArgs(known);
        if (bare != NULL && PyExceptionInstance_Check(bare)) {
            Py_SETREF(error, Py_NewRef(bare));
        }
        PyErr_Clear();
        Py_XDECREF(bare);
    }
    Py_XDECREF(given);
    Py_XDECREF(known);
    return error;
}
