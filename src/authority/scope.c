/* scope.c: one entry of a policy: entering a chain, leaving it, and who is left on it. */
#include "authority/scope.h"

#include "authority/authority.h"
#include "authority/chain.h"
#include "authority/frames.h"

fa_box *
fa_scope_new(fa_interpreter *here, const fa_ruleset *rules, PyObject *policy, bool warn, bool strict)
{
    fa_box *box = PyObject_New(fa_box, here->box_type);
    if (box == NULL) {
        return NULL;
    }
    memset((char *)box + sizeof(PyObject), 0, sizeof(*box) - sizeof(PyObject));
    box->shown = &box->scope;
    box->scope.rules = fa_ruleset_hold(rules);
    box->scope.warn = warn;
    box->policy = Py_NewRef(policy);
    box->strict = strict;
    box->thread = PyThreadState_Get()->id;
    fa_frame *frame = fa_frames_innermost();
    if (frame != NULL) {
        box->scope.code = (PyCodeObject *)Py_NewRef(fa_frames_code(frame));
        box->scope.offset = fa_frames_offset(frame);
    }
    return box;
}

bool
fa_scope_is_at_home(const fa_box *box, const void *context)
{
    if (box->home == NULL || (const void *)box->home != context) {
        return false;
    }
    /* An opener that can outlive its context keeps a weak reference, since addresses are used again.
     * A plain frame cannot: its context stays entered while the frame runs. */
    if (box->home_ref == NULL) {
        return true;
    }
    PyObject *target;
    if (PyWeakref_GetRef(box->home_ref, &target) <= 0) {
        return false;
    }
    Py_DECREF(target);
    return (const void *)target == context;
}

bool
fa_scope_is_over(const fa_box *box, const void *context)
{
    return box->ended && fa_scope_is_at_home(box, context);
}

void
fa_scope_end(fa_box *box)
{
    box->ended = true;
    /* Other threads may have this context on their minds: a generator can end a scope from elsewhere. */
    atomic_fetch_add(&fa_state_process.epoch, 1);
    fa_authority_forget();
}

int
fa_scope_push(fa_interpreter *here, fa_box *box)
{
    int status = -1;
    fa_node *outer = NULL; /* owned */
    fa_node *node = NULL;  /* owned */

    if (fa_chain_get(here, NULL, &outer) < 0) {
        goto done;
    }
    node = fa_chain_push(here, outer, box);
    if (node == NULL || fa_chain_set(here, node) < 0) {
        goto done;
    }
    /* Only now does a thread's first context exist for sure. */
    box->home = PyThreadState_Get()->context;
    if (box->generator != NULL || box->anchor != NULL || box->opening == FA_OPENED_BY_START) {
        box->home_ref = PyWeakref_NewRef(box->home, NULL);
        if (box->home_ref == NULL) {
            PyObject *exception = PyErr_GetRaisedException();
            if (fa_chain_set(here, outer) < 0) {
                PyErr_Clear(); /* stays narrower than it should be, which is the safe side */
            }
            PyErr_SetRaisedException(exception);
            goto done;
        }
    }
    status = 0;

done:
    Py_XDECREF(node);
    Py_XDECREF(outer);
    return status;
}

/* ---- leaving ---- */

/* What happens to a box that lies above one that is left. */
typedef enum fa_rest {
    FA_REST_STAYS,     /* its opener still runs: it will end it */
    FA_REST_SUSPENDED, /* its opener is suspended: it stays, and somebody should know */
    FA_REST_DROPPED,   /* nobody is left to end it here */
    FA_REST_GONE       /* it was over already, or was only borrowed from another context */
} fa_rest;

static fa_rest
rest_of(const fa_box *box, const void *context)
{
    if (fa_scope_is_over(box, context)) {
        return FA_REST_GONE;
    }
    if (!fa_scope_is_at_home(box, context)) {
        return FA_REST_GONE; /* adopted by ContextVar.set(): goes with what lies beneath it */
    }
    switch ((fa_opening)box->opening) {
    case FA_OPENED_BY_START:
        return FA_REST_DROPPED;
    case FA_OPENED_BY_STEPS:
    case FA_OPENED_BY_INSTALL:
        return FA_REST_STAYS; /* whoever steps the body takes it off */
    case FA_OPENED_BY_STACK:
        if (box->anchor != NULL && fa_frames_has_returned(box->anchor)) {
            return FA_REST_DROPPED;
        }
        break;
    case FA_OPENED_BY_WITH:
        break;
    }
    if (!box->token_alive || box->failed) {
        return FA_REST_DROPPED;
    }
    if (box->generator != NULL && fa_frames_is_suspended(box->generator)) {
        return FA_REST_SUSPENDED;
    }
    return FA_REST_STAYS;
}

typedef struct leaving {
    const fa_box *box; /* the one that is left */
    const void *context;
} leaving;

static bool
goes(const fa_box *box, const void *data)
{
    const leaving *l = data;
    if (box == l->box) {
        return true;
    }
    fa_rest rest = rest_of(box, l->context);
    return rest == FA_REST_DROPPED || rest == FA_REST_GONE;
}

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

/* Tell about what was left open: in the record of `box`, and aloud for suspended openers. Runs Python
 * code (warnings), so it comes last. Returns 0, or -1 with an exception set. */
static int
tell_left_open(fa_interpreter *here, fa_box *box, fa_box *const *open, const fa_rest *rest, size_t count)
{
    PyObject *places = PyTuple_New((Py_ssize_t)count); /* owned, then the box's */
    if (places == NULL) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        PyObject *place = entered_at(open[i]);
        if (place == NULL) {
            Py_DECREF(places);
            return -1;
        }
        PyTuple_SET_ITEM(places, (Py_ssize_t)i, place);
    }
    PyObject *old = atomic_exchange(&box->left_open, Py_NewRef(places));
    Py_XDECREF(old);
    int status = 0;
    for (size_t i = 0; i < count && status == 0; i++) {
        if (rest[i] == FA_REST_SUSPENDED && open[i]->scope.code != NULL) {
            PyObject *text = PyUnicode_FromFormat(
                "a scope around this one was left while this one is still open in a suspended "
                "generator or coroutine; it stays in force until that ends (%U)",
                PyTuple_GET_ITEM(places, (Py_ssize_t)i));
            status = text == NULL ? -1 : PyErr_WarnExplicitObject(
                here->scope_warning, text, open[i]->scope.code->co_filename,
                PyCode_Addr2Line(open[i]->scope.code, open[i]->scope.offset), NULL, NULL);
            Py_XDECREF(text);
        }
    }
    Py_DECREF(places);
    return status;
}

/* Off its chain for good: nothing is left to skip there. The body of a decorated function is only
 * suspended. */
static void
set_left(fa_box *box)
{
    box->ended = box->opening != FA_OPENED_BY_STEPS;
    box->home = NULL;
}

int
fa_scope_remove(fa_interpreter *here, fa_box *box)
{
    PyThreadState *tstate = PyThreadState_Get();
    int status = -1;
    PyObject *value = NULL;   /* owned */
    fa_node *rest = NULL;     /* owned */
    fa_box **open = NULL;     /* owned, its items too */
    fa_rest *openers = NULL;  /* owned */
    size_t open_count = 0;

    int found = fa_chain_value(here, NULL, &value);
    if (found < 0) {
        return -1;
    }
    if (found == 0 || !Py_IS_TYPE(value, here->node_type) || !fa_chain_has((fa_node *)value, box)) {
        /* Not on this chain any more (an outer scope was left first): ended all the same. */
        Py_XDECREF(value);
        set_left(box);
        return 0;
    }
    fa_node *head = (fa_node *)value;
    if (FA_LIKELY(head->box == box)) {
        status = fa_chain_set(here, head->outer);
        if (status == 0) {
            set_left(box);
        }
        goto done;
    }

    size_t above = 0;
    for (fa_node *node = head; node != NULL && node->box != box; node = node->outer) {
        above++;
    }
    open = PyMem_New(fa_box *, above);
    openers = PyMem_New(fa_rest, above);
    if (open == NULL || openers == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    for (fa_node *node = head; node != NULL && node->box != box; node = node->outer) {
        fa_rest opener = node->box == NULL ? FA_REST_GONE : rest_of(node->box, tstate->context);
        if (opener == FA_REST_SUSPENDED || opener == FA_REST_DROPPED) {
            openers[open_count] = opener;
            open[open_count++] = (fa_box *)Py_NewRef(node->box);
        }
    }
    leaving l = {.box = box, .context = tstate->context};
    if (fa_chain_filter(here, head, goes, &l, &rest) < 0) {
        goto done;
    }
    status = fa_chain_set(here, rest);
    if (status < 0) {
        goto done;
    }
    set_left(box);
    for (size_t i = 0; i < open_count; i++) {
        if (openers[i] == FA_REST_DROPPED) {
            set_left(open[i]);
        }
    }
    if (open_count > 0 && box->opening != FA_OPENED_BY_STEPS) {
        status = tell_left_open(here, box, open, openers, open_count);
    }

done:
    for (size_t i = 0; i < open_count; i++) {
        Py_DECREF(open[i]);
    }
    PyMem_Free(open);
    PyMem_Free(openers);
    Py_XDECREF(rest);
    Py_XDECREF(value);
    return status;
}
