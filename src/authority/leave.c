/* leave.c: taking a scope off its chain, and what becomes of those that lie above it. */
#include "authority/leave.h"

#include "authority/authority.h"
#include "authority/chain.h"
#include "authority/extras.h"
#include "authority/rest.h"
#include "support/reserve.h"

/* "file:line in function": where a box was entered. */
static PyObject *
entered_at(const fa_box *box)
{
    if (box->scope.code == NULL) {
        return PyUnicode_FromString("?");
    }
    return PyUnicode_FromFormat("%U:%d in %U", box->scope.code->co_filename,
                                PyCode_Addr2Line(box->scope.code, box->scope.offset),
                                box->scope.code->co_qualname);
}

/* Off its chain: for good (then nothing is left to skip there), or while the body is suspended. */
static void
take_it_off(fa_box *box, bool suspends)
{
    if (!suspends) {
        FA_PUBLISH(box->ended, true);
        if (FA_UNLIKELY(box->of_opener || box->of_user)) {
            atomic_fetch_add(&fa_state_process.epoch, 1); /* other threads may know of a body that it held */
        }
    }
    FA_PUBLISH(box->home, NULL);
}

/* One box of a chain that lies above the one that is left, or was opened in the same decorated call. */
typedef struct neighbour {
    fa_box *box; /* owned */
    fa_rest rest;
} neighbour;

/* Say that a scope stays, with its opener. Returns 0, or -1 with an exception set. */
static int
warn_left_open(fa_interpreter *here, const fa_box *box)
{
    PyObject *place = entered_at(box);
    PyObject *text = place == NULL || box->scope.code == NULL ? NULL : PyUnicode_FromFormat(
        "a scope around this one was left while this one is still open in a suspended "
        "generator or coroutine; it stays in force until that ends (%U)", place);
    int status = -1;
    if (text != NULL) {
        status = PyErr_WarnExplicitObject(here->scope_warning, text, box->scope.code->co_filename,
                                          PyCode_Addr2Line(box->scope.code, box->scope.offset), NULL, NULL);
    }
    else if (place != NULL && !PyErr_Occurred()) {
        status = 0; /* opened by no Python code: nowhere to point at */
    }
    Py_XDECREF(text);
    Py_XDECREF(place);
    return status;
}

/* Tell about what was left open: in the record of `box`, and aloud for suspended openers. Runs Python
 * code (warnings), so it comes last. Returns 0, or -1 with an exception set. */
static int
tell_left_open(fa_interpreter *here, fa_box *box, const neighbour *neighbours, size_t count, size_t open)
{
    PyObject *places = PyTuple_New((Py_ssize_t)open); /* owned */
    for (size_t i = 0, at = 0; places != NULL && i < count; i++) {
        if (neighbours[i].rest == FA_REST_DROPPED || neighbours[i].rest == FA_REST_SUSPENDED) {
            PyObject *place = entered_at(neighbours[i].box);
            if (place == NULL) {
                Py_CLEAR(places);
                break;
            }
            PyTuple_SET_ITEM(places, (Py_ssize_t)at++, place);
        }
    }
    if (places == NULL) {
        return -1;
    }
    int status = fa_extras_set_left_open(box, places);
    for (size_t i = 0; i < count && status == 0; i++) {
        if (neighbours[i].rest == FA_REST_SUSPENDED) {
            status = warn_left_open(here, neighbours[i].box);
        }
    }
    return status;
}

/* What a leaving does to the chain: found out first, then done. */
typedef struct leaving {
    fa_node *chain;         /* owned */
    neighbour *neighbours;  /* owned, innermost first */
    size_t count;
    size_t above;           /* nodes that are looked at; the rest is shared as it is */
} leaving;

static void
clear_leaving(leaving *l)
{
    for (size_t i = 0; i < l->count; i++) {
        Py_DECREF(l->neighbours[i].box);
    }
    PyMem_Free(l->neighbours);
    Py_XDECREF(l->chain);
}

/* Look at what is left. What lies beneath the box was there before it and stays, but for what a decorated
 * call opened: its scope comes on top again whenever the body goes on. Returns 0, or -1. */
static int
look_around(leaving *l, const fa_box *box, const void *context, bool suspends)
{
    bool is_call = box->serial != 0 && !suspends;
    bool beneath = false;
    size_t length = 0;
    for (fa_node *node = l->chain; node != NULL; node = node->outer) {
        if (fa_chain_ends_own(node, context) && node->box != box) {
            break;
        }
        length++;
        /* The topmost: one further down is a copy that this context was made with, and keeps. */
        bool is_it = !beneath && node->box == box;
        if (!beneath || (is_call && node->box != NULL && node->box->within == box->serial)) {
            l->above = length;
        }
        beneath = beneath || is_it;
    }
    l->neighbours = PyMem_New(neighbour, l->above);
    if (l->neighbours == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    beneath = false;
    fa_node *node = l->chain;
    for (size_t i = 0; i < l->above; i++, node = node->outer) {
        if (node->box == NULL) {
            continue;
        }
        bool is_own = is_call && node->box->within == box->serial;
        fa_rest rest = FA_REST_STAYS;
        if (node->box == box) {
            rest = beneath ? FA_REST_STAYS : FA_REST_GONE;
            beneath = true;
        }
        else if (!suspends && is_own && !fa_scope_is_at_home(node->box, context)) {
            rest = FA_REST_STAYS; /* what the body opened elsewhere, in a context made with it: that keeps it */
        }
        else if (!suspends && (!beneath || is_own)) {
            rest = fa_rest_of(node->box, context);
            bool by_anybody = box->orphan || box->opening == FA_OPENED_BY_START;
            if (by_anybody && rest != FA_REST_GONE && !beneath) {
                /* Whoever left it open, or holds its handle, may not end what came afterwards. */
                rest = FA_REST_STAYS;
            }
        }
        l->neighbours[l->count++] = (neighbour){(fa_box *)Py_NewRef(node->box), rest};
    }
    return 0;
}

/* The chain that stays. Returns 0, or -1 with an exception set. */
static int
set_rest(fa_interpreter *here, const leaving *l)
{
    fa_node *rest = l->chain; /* borrowed, then owned */
    for (size_t i = 0; i < l->above; i++) {
        rest = rest->outer;
    }
    Py_XINCREF(rest);
    for (size_t i = l->count; i-- > 0;) {
        if (l->neighbours[i].rest != FA_REST_STAYS && l->neighbours[i].rest != FA_REST_SUSPENDED) {
            continue;
        }
        fa_node *pushed = fa_chain_push(here, rest, l->neighbours[i].box);
        Py_XDECREF(rest);
        rest = pushed;
        if (rest == NULL) {
            return -1;
        }
    }
    int status = fa_chain_set(here, rest);
    Py_XDECREF(rest);
    return status;
}

/* Take a box off that is not the topmost. Returns 0, or -1 with an exception set. */
static int
leave_within(fa_interpreter *here, fa_box *box, leaving *l, bool suspends)
{
    if (look_around(l, box, PyThreadState_Get()->context, suspends) < 0 || set_rest(here, l) < 0) {
        return -1;
    }
    take_it_off(box, suspends);
    if (suspends) {
        return 0;
    }
    size_t open = 0;
    for (size_t i = 0; i < l->count; i++) {
        neighbour *n = &l->neighbours[i];
        if (n->rest == FA_REST_DROPPED) {
            take_it_off(n->box, false);
        }
        if (n->rest == FA_REST_SUSPENDED) {
            FA_PUBLISH(n->box->orphan, true);
        }
        if (n->rest == FA_REST_DROPPED || n->rest == FA_REST_SUSPENDED) {
            open++;
        }
    }
    for (size_t i = 0; i < l->count; i++) {
        if (l->neighbours[i].rest == FA_REST_DROPPED) {
            fa_scope_drop_anchor(l->neighbours[i].box); /* nobody asks any more */
        }
    }
    return open == 0 ? 0 : tell_left_open(here, box, l->neighbours, l->count, open);
}

static int
take_off(fa_interpreter *here, fa_box *box, bool suspends)
{
    PyObject *value;
    int found = fa_chain_value(here, NULL, &value);
    if (found < 0) {
        return -1;
    }
    if (found == 0 || !Py_IS_TYPE(value, here->node_type)
        || !fa_chain_has_own((fa_node *)value, box, PyThreadState_Get()->context)) {
        /* Not on this chain any more (an outer scope was left first, or a trusted call runs): ended all the same. */
        Py_XDECREF(value);
        take_it_off(box, suspends);
        return 0;
    }
    leaving l = {.chain = (fa_node *)value};
    int status;
    bool alone = suspends || box->serial == 0;
    if (FA_LIKELY(l.chain->box == box && alone)) {
        status = fa_chain_set(here, l.chain->outer);
        if (status == 0) {
            take_it_off(box, suspends);
        }
    }
    else {
        status = leave_within(here, box, &l, suspends);
    }
    clear_leaving(&l);
    return status;
}

/* The same, and once more with what was put by at entry when it failed for the lack of memory. */
static int
take_off_surely(fa_interpreter *here, fa_box *box, bool suspends)
{
    int status = take_off(here, box, suspends);
    if (FA_UNLIKELY(status < 0) && box->home != NULL && fa_reserve_open(here)) {
        status = take_off(here, box, suspends);
    }
    return status;
}

int
fa_leave_end(fa_interpreter *here, fa_box *box)
{
    return take_off_surely(here, box, false);
}

int
fa_leave_suspend(fa_interpreter *here, fa_box *box)
{
    return take_off_surely(here, box, true);
}
