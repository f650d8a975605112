/* calls.c: which trusted functions the code under a scope called, and which of them have not ended. */
#include "scope/calls.h"

#include "enforce/location.h"
#include "enforce/location_type.h"

/* One function. A box is not known to the collector, so nothing here leads anywhere. */
typedef struct fa_called {
    PyObject *name;     /* owned: one str for each trusted function; NULL: all beyond those that are told apart */
    PyObject *location; /* owned: a Location or None */
    size_t count, active;
} called;

/* Everything static here is called in the box's critical section, and runs no Python code. */

static called *
find(const fa_box *box, const PyObject *name)
{
    for (size_t i = 0; box->extras != NULL && i < box->extras->calls.count; i++) {
        called *entry = &box->extras->calls.each[i];
        if (entry->name == name || entry->name == NULL) {
            return entry; /* the one that stands for the rest comes last */
        }
    }
    return NULL;
}

/* A place for a function that has none; NULL when out of memory. */
static called *
add(fa_box *box, PyObject *name, PyObject *location)
{
    fa_extras *extras = fa_extras_make(box);
    if (extras == NULL) {
        return NULL;
    }
    fa_calls *calls = &extras->calls;
    if (calls->count == calls->room) {
        size_t room = calls->room == 0 ? 2 : calls->room * 2;
        called *each = PyMem_RawRealloc(calls->each, room * sizeof(called));
        if (each == NULL) {
            return NULL;
        }
        calls->each = each;
        calls->room = room;
    }
    called *fresh = &calls->each[calls->count++];
    bool is_rest = calls->count > FA_CALLS_KEPT;
    *fresh = (called){.name = is_rest ? NULL : Py_NewRef(name), .location = Py_NewRef(is_rest ? Py_None : location)};
    return fresh;
}

static PyObject *
location_here(fa_interpreter *here)
{
    fa_where where = {0};
    fa_location_find(&where);
    PyObject *location = fa_location_type_make(here->location_type, &where);
    free(where.file);
    free(where.function);
    return location;
}

static bool
knows(fa_box *box, const PyObject *name)
{
    bool known;
    Py_BEGIN_CRITICAL_SECTION(box);
    known = find(box, name) != NULL;
    Py_END_CRITICAL_SECTION();
    return known;
}

static bool
count_call(fa_box *box, PyObject *name, PyObject *location)
{
    called *entry;
    Py_BEGIN_CRITICAL_SECTION(box);
    entry = find(box, name);
    if (entry == NULL && location != NULL) {
        entry = add(box, name, location);
    }
    if (entry != NULL) {
        entry->count++;
        entry->active++;
    }
    Py_END_CRITICAL_SECTION();
    return entry != NULL;
}

static void
end_until(fa_node *callers, const fa_node *until, PyObject *name)
{
    for (fa_node *node = callers; node != until; node = node->outer) {
        if (node->box == NULL) {
            continue;
        }
        Py_BEGIN_CRITICAL_SECTION(node->box);
        called *entry = find(node->box, name);
        if (entry != NULL) {
            entry->active--;
        }
        Py_END_CRITICAL_SECTION();
    }
}

int
fa_calls_begin(fa_interpreter *here, fa_node *callers, PyObject *name)
{
    PyObject *location = NULL; /* owned: looked for only where a box does not know the function */
    int status = 0;
    for (fa_node *node = callers; node != NULL && location == NULL && status == 0; node = node->outer) {
        if (node->box != NULL && !knows(node->box, name)) {
            location = location_here(here);
            status = location == NULL ? -1 : 0;
        }
    }
    for (fa_node *node = callers; node != NULL && status == 0; node = node->outer) {
        if (node->box != NULL && !count_call(node->box, name, location)) {
            end_until(callers, node, name);
            PyErr_NoMemory();
            status = -1;
        }
    }
    Py_XDECREF(location);
    return status;
}

void
fa_calls_end(fa_node *callers, PyObject *name)
{
    end_until(callers, NULL, name);
}

/* What there is, copied: making objects may run Python code, which may call. `each` is owned, its items are held. */
static int
copy_of(fa_box *box, called **each, size_t *count)
{
    *count = 0;
    *each = NULL;
    bool failed = false;
    Py_BEGIN_CRITICAL_SECTION(box);
    const fa_calls *calls = box->extras == NULL ? NULL : &box->extras->calls;
    if (calls != NULL) {
        *each = PyMem_RawMalloc((calls->count + 1) * sizeof(called));
        failed = *each == NULL;
        for (size_t i = 0; !failed && i < calls->count; i++) {
            (*each)[i] = calls->each[i];
            Py_XINCREF(calls->each[i].name);
            Py_INCREF(calls->each[i].location);
            *count = i + 1;
        }
    }
    Py_END_CRITICAL_SECTION();
    if (failed) {
        PyErr_NoMemory();
    }
    return failed ? -1 : 0;
}

static void
drop(called *each, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Py_XDECREF(each[i].name);
        Py_DECREF(each[i].location);
    }
    PyMem_RawFree(each);
}

static PyObject *
name_of(const called *entry)
{
    return entry->name != NULL ? Py_NewRef(entry->name) : PyUnicode_FromString("…");
}

PyObject *
fa_calls_list(fa_box *box)
{
    called *each;
    size_t count;
    if (copy_of(box, &each, &count) < 0) {
        return NULL;
    }
    PyObject *list = PyTuple_New((Py_ssize_t)count);
    for (size_t i = 0; list != NULL && i < count; i++) {
        PyObject *entry = Py_BuildValue("(NOn)", name_of(&each[i]), each[i].location, (Py_ssize_t)each[i].count);
        if (entry == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyTuple_SET_ITEM(list, (Py_ssize_t)i, entry);
    }
    drop(each, count);
    return list;
}

PyObject *
fa_calls_active(fa_box *box)
{
    called *each;
    size_t count, active = 0;
    if (copy_of(box, &each, &count) < 0) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        active += each[i].active;
    }
    PyObject *names = PyTuple_New((Py_ssize_t)active);
    Py_ssize_t at = 0;
    for (size_t i = 0; names != NULL && i < count; i++) {
        for (size_t k = 0; names != NULL && k < each[i].active; k++) {
            PyObject *name = name_of(&each[i]);
            if (name == NULL) {
                Py_CLEAR(names);
                break;
            }
            PyTuple_SET_ITEM(names, at++, name);
        }
    }
    drop(each, count);
    return names;
}

void
fa_calls_clear(fa_calls *calls)
{
    drop(calls->each, calls->count);
    *calls = (fa_calls){0};
}
