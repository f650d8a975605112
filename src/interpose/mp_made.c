/* mp_made.c: what a pool of processes was made under. */
#include "interpose/mp_made.h"

#include "authority/gate.h"
#include "interpose/makers.h"

/* Noted of each pool that is made while something is in force: what that was, how many floors there are, and what its threads
 * take jobs from, weakly: what a pool leaves behind has to end with it, as its semaphores do. */

static uint32_t
floors_of(const fa_authority *authority)
{
    return authority->scope_count - authority->box_count;
}

/* What `attribute` of a pool is (new reference; NULL: no memory), or None: guests can exchange it, so it is noted beside. */
static PyObject *
queue_of(PyObject *pool, const char *attribute)
{
    PyObject *queue = PyObject_GetAttrString(pool, attribute);
    if (queue == NULL && !PyErr_ExceptionMatches(PyExc_MemoryError)) {
        PyErr_Clear();
        queue = Py_NewRef(Py_None);
    }
    return queue;
}

/* A weak reference, or a tuple of what has none (new reference, NULL with an exception set). */
static PyObject *
weak_note(PyObject *queue)
{
    PyObject *weak = PyWeakref_NewRef(queue, NULL);
    if (weak == NULL && PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();
        weak = PyTuple_Pack(1, queue);
    }
    return weak;
}

/* Whether that is of `queue`. -1 with an exception set. */
static int
is_of(PyObject *weak, const PyObject *queue)
{
    PyObject *noted; /* owned */
    if (PyTuple_CheckExact(weak)) {
        return PyTuple_GET_ITEM(weak, 0) == queue;
    }
    int found = PyWeakref_GetRef(weak, &noted);
    Py_XDECREF(noted);
    return found <= 0 ? found : noted == queue; /* whoever asks holds it */
}

/* Note it. Sets no exception: what could not be noted is taken for a host's, the narrower side. */
static void
note(fa_pools *pools, PyObject *pool, PyObject *makers, uint32_t floors, const char *attribute)
{
    PyObject *queue = queue_of(pool, attribute);                                                  /* owned */
    PyObject *weak = queue == NULL ? NULL : weak_note(queue);                                     /* owned */
    PyObject *noted = weak == NULL ? NULL : Py_BuildValue("(OIO)", makers, floors, weak);        /* owned */
    if (noted == NULL || fa_noted_put(&pools->mp_made, pool, noted) < 0) {
        PyErr_Clear();
    }
    Py_XDECREF(noted);
    Py_XDECREF(weak);
    Py_XDECREF(queue);
}

PyObject *
fa_mp_made_call(fa_interpreter *here, PyObject *original, const char *attribute, PyObject *const *args, size_t flags,
                PyObject *names)
{
    const fa_authority *authority;
    PyObject *makers = NULL; /* owned */
    int found = fa_gate_is_open() ? fa_authority_get(&authority) : 0;
    uint32_t floors = found > 0 ? floors_of(authority) : 0;
    if (found > 0) {
        found = fa_makers_here(&makers);
        makers = found < 0 || makers != NULL ? makers : PyTuple_New(0); /* floors alone */
        found = makers == NULL ? -1 : 1;
    }
    PyObject *result = found < 0 ? NULL : PyObject_Vectorcall(original, args, flags, names);
    if (result != NULL && makers != NULL && PyVectorcall_NARGS(flags) > 0) {
        note(here->pools, args[0], makers, floors, attribute);
    }
    Py_XDECREF(makers);
    return result;
}

int
fa_mp_made_inside(const fa_pools *pools, const fa_authority *authority, PyObject *pool, const char *attribute)
{
    PyObject *noted, *makers = NULL, *queue = NULL; /* owned */
    uint32_t floors = floors_of(authority);
    int found = fa_noted_get(&pools->mp_made, pool, &noted);
    if (found > 0) {
        queue = fa_makers_here(&makers) < 0 ? NULL : queue_of(pool, attribute);
        found = queue == NULL ? -1 : is_of(PyTuple_GET_ITEM(noted, 2), queue);
    }
    if (found > 0) {
        found = PyLong_AsUnsignedLong(PyTuple_GET_ITEM(noted, 1)) == floors
             && (makers == NULL || fa_makers_among(makers, PyTuple_GET_ITEM(noted, 0)));
    }
    Py_XDECREF(queue);
    Py_XDECREF(makers);
    Py_XDECREF(noted);
    return found;
}
