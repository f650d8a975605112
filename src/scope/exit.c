/* exit.c: the one-shot token that a `with` statement fetches while entering. */
#include "scope/exit.h"

#include "authority/authority.h"
#include "authority/bodies.h"
#include "authority/chain.h"
#include "authority/leave.h"
#include "enforce/enforce.h"
#include "scope/contextlib.h"
#include "scope/pending.h"
#include "scope/ready.h"
#include "scope/with_statement.h"
#include "support/reserve.h"

/* ---- leaving ---- */

static int
refuse(fa_interpreter *here, fa_box *box, const char *why)
{
    if (box != NULL) {
        FA_PUBLISH(box->failed, true); /* narrower is the safe side: it stays until what lies beneath is left */
    }
    PyErr_SetString(here->scope_error, why);
    return -1;
}

/* Whether `frame` is the anchor and leaves a `with` there, one that encloses the line that entered (unless
 * `any_with`). 1, 0, or -1 with an exception set. */
static int
is_leaving_anchor(const fa_box *box, fa_frame *frame, bool any_with)
{
    if (frame == NULL || !fa_frames_is(frame, box->anchor)) {
        return 0;
    }
    PyCodeObject *code = fa_frames_code(frame);
    int offset = fa_frames_offset(frame);
    int answer = fa_with_is_exit(code, offset);
    if (answer > 0 && !any_with) {
        answer = fa_with_encloses(code, offset, box->anchor_offset);
    }
    return answer;
}

/* May the frames that run now end this box? 0, or -1 with an exception set. */
static int
check_frames(fa_interpreter *here, fa_box *box)
{
    if (FA_LIKELY(box->opening != FA_OPENED_BY_STACK && box->anchor == NULL)) {
        return 0;
    }
    fa_frame *frame = fa_frames_innermost();
    if (box->opening == FA_OPENED_BY_STACK) {
        if (box->anchor == NULL && atomic_load(&box->nodes) == 0) {
            return 0; /* no context is left that it was entered in: in force nowhere, and its anchor was let go */
        }
        if (frame == NULL || !fa_contextlib_runs(frame)) {
            return refuse(here, box, "this exit belongs to a contextlib stack and works only through it");
        }
        int leaving = is_leaving_anchor(box, fa_contextlib_caller(frame), false);
        if (leaving < 0) {
            return -1;
        }
        if (leaving == 0) {
            return refuse(here, box,
                          "a scope entered through a contextlib stack ends only when the `with` statement "
                          "around it, in the function that entered it, is left; for ends in different "
                          "functions use handle = sandbox(policy).start() and handle.stop()");
        }
        return 0;
    }
    /* Opened in a generator that contextlib resumed: the frame that uses the manager may end it, and so
     * may code that does not carry the scope (FastAPI enters in one thread and leaves in another). */
    fa_frame *resumer = frame == NULL ? NULL : fa_frames_outer(frame);
    int leaving = 0;
    if (resumer != NULL && fa_contextlib_runs(resumer)) {
        leaving = is_leaving_anchor(box, fa_contextlib_caller(resumer), true);
    }
    if (leaving != 0) {
        return leaving < 0 ? -1 : 0;
    }
    if (PyObject_GC_IsFinalized(box->generator) && box->anchor != NULL && fa_frames_is_of_suspended(box->anchor)) {
        /* The collector found the manager and the generator that uses it, and closes this one first. Whoever could
         * make that happen otherwise could close the other. */
        return 0;
    }
    const fa_authority *authority;
    if (fa_authority_get(&authority) < 0) {
        return -1;
    }
    /* Its own body carries it now, wherever it is resumed: that says nothing about who resumed it. */
    bool is_held = fa_bodies_hold(PyThreadState_Get(), box);
    for (uint32_t i = 0; i < authority->box_count - authority->resumed && !is_held; i++) {
        is_held = authority->boxes[i] == box;
    }
    if (is_held) {
        return refuse(here, box, "a manager made by @contextmanager ends only by the `with` statement "
                                 "that uses it");
    }
    return 0;
}

/* End the box of a token. 0, or -1 with an exception set; then the box is still in force. */
static int
end_box(fa_interpreter *here, fa_box *box)
{
    PyThreadState *tstate = PyThreadState_Get();
    bool at_home = box->thread == tstate->id && fa_scope_is_at_home(box, tstate->context);
    if (!at_home && (box->generator == NULL || box->by_coroutine)) {
        return refuse(here, box, "a scope is left in the thread and the context it was entered in");
    }
    if (check_frames(here, box) < 0 && !(fa_reserve_open(here) && check_frames(here, box) == 0)) {
        return -1;
    }
    int status = 0;
    if (at_home) {
        status = fa_leave_end(here, box);
    }
    else {
        fa_scope_end(box); /* for the context of entry; nothing is unlinked from whichever resumes it */
    }
    if (box->ended) {
        /* Also when a warning about what was left open became an exception. */
        fa_scope_lose_token(box);
        fa_scope_drop_anchor(box);
    }
    return status;
}

static int
leave(fa_interpreter *here, fa_exit *token)
{
    if (token->box == NULL) {
        return refuse(here, NULL, "this __exit__ belongs to no open scope: a scope is ended by the `with` "
                                  "statement that entered it");
    }
    if (fa_compat_take(&token->spent)) { /* taken: two threads may have it, through contextlib */
        return refuse(here, NULL, "this scope has been left already");
    }
    int status = end_box(here, token->box);
    if (!token->box->ended) {
        atomic_store(&token->spent, false);
    }
    return status;
}

static PyObject *
exit_call(PyObject *self, PyObject *const *args, size_t flags, PyObject *Py_UNUSED(names))
{
    fa_exit *token = (fa_exit *)self;
    fa_interpreter *here = fa_state_here();
    if (here == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: this interpreter is going away");
        return NULL;
    }
    if (leave(here, token) < 0) {
        return NULL;
    }
    /* Unbound (contextlib's way) the manager comes first. */
    Py_ssize_t count = PyVectorcall_NARGS(flags);
    PyObject *raised = count >= 2 ? args[count - 2] : Py_None;
    if (token->box->terms->strict && raised == Py_None && fa_enforce_raise_first(&token->box->scope) < 0) {
        return NULL;
    }
    return token->is_async ? fa_ready_new(here, Py_NewRef(Py_None)) : Py_NewRef(Py_None);
}

/* A token that dies unused while linked: its frame died without leaving, which drops the scope. One that
 * was tried and refused stays in force: the refusal must not be a way out. */
static void
drop_abandoned(fa_exit *token)
{
    fa_box *box = token->box;
    fa_scope_lose_token(box);
    if (token->spent || box->failed || box->opening == FA_OPENED_BY_STACK) {
        if (!fa_bodies_need_anchor(box)) {
            fa_scope_drop_anchor(box); /* nobody can end it now */
        }
        return;
    }
    fa_interpreter *here = fa_state_here();
    PyThreadState *tstate = PyThreadState_GetUnchecked();
    if (here == NULL || tstate == NULL) {
        return;
    }
    PyObject *pending = PyErr_GetRaisedException();
    if (box->thread == tstate->id && fa_scope_is_at_home(box, tstate->context)) {
        if (fa_leave_end(here, box) < 0) {
            PyErr_WriteUnraisable(NULL);
        }
    }
    else if (box->home_ref != NULL) {
        fa_scope_end(box);
    }
    fa_bodies_remove(box);
    PyErr_SetRaisedException(pending);
}

static void
exit_dealloc(PyObject *self)
{
    fa_exit *token = (fa_exit *)self;
    PyTypeObject *type = Py_TYPE(self);
    fa_pending_forget(token->place, self);
    if (token->box != NULL) {
        drop_abandoned(token);
        Py_DECREF(token->box);
    }
    Py_XDECREF(token->manager);
    fa_interpreter *here = fa_state_here();
    fa_spare_drop(here == NULL ? NULL : &here->spare[FA_SPARE_EXIT], token);
    Py_DECREF(type);
}

/* ---- entering ---- */

fa_exit *
fa_exit_of_entry(PyObject *manager, bool is_async, fa_frame *frame, fa_opening *opening)
{
    fa_pending *place = fa_pending_here();
    fa_exit *token = place == NULL ? NULL : (fa_exit *)atomic_load_explicit(&place->token, memory_order_relaxed);
    if (token == NULL || frame == NULL || token->box != NULL || token->is_async != is_async
        || token->frame != frame) {
        return NULL;
    }
    if (token->by_stack) {
        *opening = FA_OPENED_BY_STACK;
        bool is_other = token->manager != NULL && token->manager != manager;
        return fa_contextlib_runs(frame) && !is_other ? token : NULL;
    }
    *opening = FA_OPENED_BY_WITH;
    if (token->manager != manager || token->offset + FA_WITH_DISTANCE != fa_frames_offset(frame)) {
        return NULL;
    }
    return token;
}

void
fa_exit_link(fa_exit *token, fa_box *box)
{
    token->box = (fa_box *)Py_NewRef(box);
    FA_PUBLISH(box->token_alive, true);
    fa_pending_take_out(token->place, (PyObject *)token);
}

static PyType_Slot exit_slots[] = {
    {Py_tp_dealloc, exit_dealloc},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_members, (PyMemberDef[]){
        {"__vectorcalloffset__", T_PYSSIZET, offsetof(fa_exit, call), READONLY, NULL},
        {NULL, 0, 0, 0, NULL},
    }},
    {Py_tp_doc, "Ends one scope, once; belongs to the `with` statement that fetched it."},
    {0, NULL},
};

static PyType_Spec exit_spec = {
    .name = "fastaudit._core.Exit",
    .basicsize = sizeof(fa_exit),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION
        | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = exit_slots,
};

/* ---- the look-up ---- */

typedef struct exit_lookup {
    PyObject_HEAD
    bool is_async;
} exit_lookup;

static PyObject *
lookup_get(PyObject *self, PyObject *manager, PyObject *Py_UNUSED(type))
{
    fa_interpreter *here = fa_state_here();
    if (here == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: this interpreter is going away");
        return NULL;
    }
    fa_pending *place = fa_pending_here();
    if (place == NULL) {
        return PyErr_NoMemory();
    }
    fa_exit *token = fa_spare_new(&here->spare[FA_SPARE_EXIT], here->exit_type);
    if (token == NULL) {
        return NULL;
    }
    fa_frame *frame = fa_frames_innermost();
    token->call = exit_call;
    token->place = place;
    token->manager = manager == Py_None ? NULL : Py_XNewRef(manager);
    token->box = NULL;
    fa_frame *stack = frame == NULL ? NULL : fa_contextlib_looks_up(here, frame);
    token->by_stack = token->manager == NULL || stack != NULL;
    token->frame = stack != NULL ? stack : frame;
    token->offset = frame == NULL ? -1 : fa_frames_offset(frame);
    token->is_async = ((exit_lookup *)self)->is_async;
    atomic_init(&token->spent, false);
    fa_pending_put(place, (PyObject *)token);
    return (PyObject *)token;
}

static void
plain_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyType_Slot lookup_slots[] = {
    {Py_tp_dealloc, plain_dealloc},
    {Py_tp_descr_get, lookup_get},
    {Py_tp_doc, "Makes a fresh one-shot exit at each look-up."},
    {0, NULL},
};

static PyType_Spec lookup_spec = {
    .name = "fastaudit._core.ExitLookup",
    .basicsize = sizeof(exit_lookup),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = lookup_slots,
};

int
fa_exit_exec(fa_interpreter *here, PyObject *module)
{
    here->exit_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &exit_spec, NULL);
    here->exit_lookup_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &lookup_spec, NULL);
    if (here->exit_type == NULL || here->exit_lookup_type == NULL) {
        return -1;
    }
    return fa_ready_exec(here, module);
}

int
fa_exit_attach(fa_interpreter *here, PyTypeObject *manager_type)
{
    for (int is_async = 0; is_async < 2; is_async++) {
        exit_lookup *lookup = PyObject_New(exit_lookup, here->exit_lookup_type);
        if (lookup == NULL) {
            return -1;
        }
        lookup->is_async = is_async != 0;
        int status = PyDict_SetItemString(manager_type->tp_dict, is_async ? "__aexit__" : "__exit__",
                                          (PyObject *)lookup);
        Py_DECREF(lookup);
        if (status < 0) {
            return -1;
        }
    }
    PyType_Modified(manager_type);
    return 0;
}
