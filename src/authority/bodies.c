/* bodies.c: generators and async generators that have a scope open: their bodies are held wherever they run. */
#include "authority/bodies.h"

#include "authority/gate.h"
#include "authority/trusted.h"

/* CPython lists for each thread where the generators that it runs, innermost first, keep the exception they handle
 * (PyThreadState.exc_info): part of the generator, so its address is a name for it. The table leads from there to the
 * boxes. Addresses that it does not know are compared and nothing else: other runtimes put their own on that list. */

static _PyErr_StackItem *
innermost(PyThreadState *tstate)
{
    return tstate->exc_info == &tstate->exc_state ? NULL : tstate->exc_info;
}

static _PyErr_StackItem *
outer(PyThreadState *tstate, _PyErr_StackItem *item)
{
    item = item->previous_item;
    return item == &tstate->exc_state ? NULL : item;
}

/* Whether it is one, and not where a walk ends: those are a trusted call's caller's. */
static bool
is_within(const _PyErr_StackItem *item, const void *until)
{
    return item != NULL && item != until;
}

/* ---- the table ---- */

static bool
add(fa_interpreter *here, fa_box *box, PyObject *generator)
{
    fa_lock_take(&here->bodies_lock);
    bool added = fa_pairs_add(&here->bodies, fa_frames_place(generator), box, FA_OBJECTS_MAY_CHANGE);
    fa_lock_give(&here->bodies_lock);
    if (added) {
        fa_gate_add(); /* the context of entry may be gone long before the body runs again */
    }
    return added;
}

/* `place` is NULL when it is no longer known. */
static void
take_out(fa_box *box, const void *place)
{
    fa_gate_remove();
    fa_interpreter *here = fa_state_here();
    if (here == NULL) {
        return; /* the table went with the interpreter's row */
    }
    fa_lock_take(&here->bodies_lock);
    if (place == NULL || !fa_pairs_remove(&here->bodies, place, box)) {
        (void)fa_pairs_remove_value(&here->bodies, box);
    }
    fa_lock_give(&here->bodies_lock);
    atomic_fetch_add(&fa_state_process.epoch, 1); /* what other threads know of the table is stale */
}

/* The generator that uses the box through contextlib (borrowed), or NULL; and where it is in the list. */
static PyObject *
user_of(fa_box *box, const void **place)
{
    PyObject *user = NULL;
    Py_BEGIN_CRITICAL_SECTION(box);
    PyFrameObject *anchor = box->anchor; /* borrowed */
    user = anchor == NULL ? NULL : fa_frames_generator_of(anchor);
    *place = user == NULL ? NULL : fa_frames_place(user);
    Py_END_CRITICAL_SECTION();
    return user;
}

static bool
is_running(PyThreadState *tstate, const void *place)
{
    _PyErr_StackItem *item = innermost(tstate);
    while (item != NULL && item != place) {
        item = outer(tstate, item);
    }
    return item != NULL;
}

/* A user holds its box: the box's other holders are the token and the context of entry, which may both be gone before
 * the body has ended. Without a GIL, it is also read by whoever runs the body. */
static void
take_out_user(fa_box *box, const void *place)
{
    if (atomic_exchange(&box->of_user, false)) {
        take_out(box, place);
        Py_DECREF(box);
    }
}

static bool
has_no_token(const void *value)
{
    const fa_box *box = value;
    return box->of_user && !box->token_alive;
}

/* Let go of those whose token died, or was spent elsewhere, and whose user has died since. May run Python code. */
static void
sweep(fa_interpreter *here)
{
    bool remains = false;
    FA_PUBLISH(here->bodies_lost, false);
    for (size_t at = 0;;) {
        const void *place;
        fa_lock_take(&here->bodies_lock);
        fa_box *box = fa_pairs_next(&here->bodies, &at, has_no_token); /* owned */
        Py_XINCREF(box);
        fa_lock_give(&here->bodies_lock);
        if (box == NULL) {
            break;
        }
        if (user_of(box, &place) == NULL) {
            take_out_user(box, NULL);
            fa_scope_drop_returned(here, box); /* contexts that its callers keep may have the box, still */
        }
        else {
            remains = true;
        }
        Py_DECREF(box);
    }
    if (remains) {
        FA_PUBLISH(here->bodies_lost, true);
    }
}

int
fa_bodies_add(fa_interpreter *here, fa_box *box, PyObject *opener)
{
    const void *place;
    if (FA_UNLIKELY(here->bodies_lost)) {
        sweep(here);
    }
    PyObject *user = user_of(box, &place);
    if (box->by_coroutine || opener == user) {
        opener = NULL; /* that of a stack is its user */
    }
    if (user != NULL && PyCoro_CheckExact(user)) {
        user = NULL;
    }
    if (opener == NULL && user == NULL) {
        return 0;
    }
    if (opener != NULL && !add(here, box, opener)) {
        PyErr_NoMemory();
        return -1;
    }
    if (user != NULL && !add(here, box, user)) {
        if (opener != NULL) {
            take_out(box, fa_frames_place(opener));
        }
        PyErr_NoMemory();
        return -1;
    }
    box->of_opener = opener != NULL;
    box->of_user = user != NULL;
    if (user != NULL) {
        Py_INCREF(box);
    }
    atomic_fetch_add(&fa_state_process.epoch, 1);
    return 0;
}

void
fa_bodies_remove(fa_box *box)
{
    if (FA_LIKELY(!box->of_opener && !box->of_user)) {
        return;
    }
    if (atomic_exchange(&box->of_opener, false)) {
        take_out(box, fa_frames_place(box->generator));
    }
    if (!box->of_user) {
        return;
    }
    const void *place;
    (void)user_of(box, &place);
    /* Without a GIL, another thread that runs the body may be looking at the box: it stays, ended, where it is. */
    if (box->ended && (!FA_OBJECTS_MAY_CHANGE || (place != NULL && is_running(PyThreadState_Get(), place)))) {
        take_out_user(box, place); /* the caller holds it */
    }
    else if (fa_state_here() != NULL) {
        FA_PUBLISH(fa_state_here()->bodies_lost, true);
    }
}

void
fa_bodies_forget(fa_box *box)
{
    if (FA_UNLIKELY(box->of_opener)) {
        take_out(box, NULL);
    }
}

bool
fa_bodies_need_anchor(fa_box *box)
{
    const void *place;
    return box->of_user && !box->ended && user_of(box, &place) != NULL;
}

/* ---- the bodies that a thread runs ---- */

#define FEW 16 /* boxes of one body that are asked for without allocating */

/* Whether a box that the table gave for `place` holds the body that runs there now: the generator that used it may
 * have died, and another may lie where it was. */
static bool
is_of(fa_box *box, const void *place)
{
    const void *user;
    if (box->ended) {
        return false;
    }
    if (box->of_opener && box->generator != NULL && fa_frames_place(box->generator) == place) {
        return true;
    }
    return box->of_user && user_of(box, &user) != NULL && user == place;
}

bool
fa_bodies_collect(fa_interpreter *here, PyThreadState *tstate, fa_collection *c)
{
    size_t before = c->scopes;
    bool done = true;
    const void *until = c->barrier == NULL ? NULL : c->barrier->place;
    c->th->until = until;
    for (_PyErr_StackItem *item = innermost(tstate); is_within(item, until) && done; item = outer(tstate, item)) {
        void *few[FEW];
        void **boxes = few;
        size_t count = fa_pairs_find(&here->bodies, item, few, FEW);
        if (count == 0) {
            continue;
        }
        if (c->th->running_count++ < FA_RUNNING) {
            c->th->running[c->th->running_count - 1] = item;
        }
        if (count > FEW) {
            /* No other thread adds what this body opens: there are no more when asked again. */
            boxes = PyMem_RawMalloc(count * sizeof(void *));
            done = boxes != NULL;
            size_t room = count;
            count = done ? fa_pairs_find(&here->bodies, item, boxes, room) : 0;
            count = count < room ? count : room;
        }
        for (size_t i = count; i-- > 0 && done;) {
            done = !is_of(boxes[i], item) || fa_collection_add(c, boxes[i]);
        }
        if (boxes != few) {
            PyMem_RawFree(boxes);
        }
    }
    c->authority->resumed = (uint32_t)(c->scopes - before);
    return done;
}

bool
fa_bodies_are_the_same(const fa_thread *th, PyThreadState *tstate)
{
    size_t count = 0;
    for (_PyErr_StackItem *item = innermost(tstate); FA_UNLIKELY(is_within(item, th->until));
         item = outer(tstate, item)) {
        /* Without a GIL, what looks free may be a table that is being filled. */
        if (!FA_OBJECTS_MAY_CHANGE && FA_LIKELY(fa_pairs_is_free(th->bodies, item))) {
            continue;
        }
        if (fa_pairs_find(th->bodies, item, NULL, 0) > 0) {
            if (count == th->running_count || th->running[count] != item) {
                return false;
            }
            count++;
        }
    }
    return count == th->running_count;
}

bool
fa_bodies_hold(PyThreadState *tstate, fa_box *box)
{
    const void *place;
    return box->of_user && user_of(box, &place) != NULL && is_running(tstate, place);
}
