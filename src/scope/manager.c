/* manager.c: what sandbox() gives: the stateless manager, and the handle that start() gives. */
#include "scope/manager.h"

#include "audit/install.h"
#include "authority/authority.h"
#include "authority/bodies.h"
#include "authority/frames.h"
#include "authority/leave.h"
#include "decide/ruleset_type.h"
#include "enforce/enforce.h"
#include "scope/contextlib.h"
#include "scope/entry.h"
#include "scope/exit.h"
#include "scope/ready.h"
#include "support/keywords.h"
#include "support/modules.h"

/* ---- entering ---- */

/* Note whose frame opened the box: which generator, and for contextlib which frame it is to end in. Returns 0, or -1
 * with an exception set. */
static int
note_opener(fa_interpreter *here, fa_box *box, fa_frame *frame)
{
    fa_frame *opener = frame;
    if (box->opening == FA_OPENED_BY_STACK) {
        opener = fa_contextlib_caller(frame);
    }
    if (opener == NULL) {
        return 0;
    }
    PyObject *generator = fa_frames_generator(opener); /* borrowed */
    FA_PUBLISH(box->generator, generator);
    box->by_coroutine = generator != NULL && PyCoro_CheckExact(generator);

    fa_frame *anchor = NULL;
    if (box->opening == FA_OPENED_BY_STACK) {
        anchor = opener;
    }
    else if (generator != NULL && !box->by_coroutine) {
        fa_frame *resumer = fa_frames_outer(frame);
        if (resumer != NULL && fa_contextlib_runs(resumer)) {
            anchor = fa_contextlib_caller(resumer);
        }
    }
    if (anchor != NULL) {
        /* Held: while we hold the object, no other frame can be taken for this one. */
        PyFrameObject *held = fa_frames_object(anchor); /* the box owns it */
        box->anchor_offset = fa_frames_offset(anchor);
        if (held != NULL) {
            fa_scope_set_anchor(box, held);
        }
        /* Leaving reads its code: from here on CPython keeps the copy, so that leaving needs no memory for it. */
        PyObject *code = held == NULL ? NULL : PyCode_GetCode(fa_frames_code(anchor)); /* owned */
        if (code == NULL) {
            return -1;
        }
        Py_DECREF(code);
    }
    if (opener != frame) {
        Py_XSETREF(box->scope.code, (PyCodeObject *)Py_NewRef(fa_frames_code(opener)));
        box->scope.offset = fa_frames_offset(opener);
    }
    return generator == NULL && anchor == NULL ? 0 : fa_bodies_add(here, box, generator);
}

fa_box *
fa_manager_new_box(fa_interpreter *here, const fa_manager *manager, fa_frame *frame)
{
    /* The host may have imported a loop or a pool since the manager was made. */
    if (FA_UNLIKELY(fa_modules_have_changed(here)) && fa_install_ready() < 0) {
        return NULL;
    }
    if (manager->decorates != NULL || frame == NULL) {
        return fa_scope_new(here, &manager->terms, manager->decorates, 0);
    }
    return fa_scope_new(here, &manager->terms, fa_frames_code(frame), fa_frames_offset(frame));
}

PyObject *
fa_manager_enter(PyObject *self, bool is_async)
{
    fa_manager *manager = (fa_manager *)self;
    fa_interpreter *here = fa_state_here();
    if (here == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: this interpreter is going away");
        return NULL;
    }
    fa_opening opening;
    fa_frame *frame = fa_frames_innermost();
    fa_exit *token = fa_exit_of_entry(self, is_async, frame, &opening);
    if (token == NULL) {
        PyErr_SetString(here->scope_error,
                        "a scope is entered by a `with` statement, not by a direct call of __enter__; where "
                        "the two ends lie in different functions use handle = sandbox(policy).start() and "
                        "handle.stop()");
        return NULL;
    }
    /* Building may run Python code (3.11 collects while allocating), and that may enter scopes of its own: the
     * token is held meanwhile, and looked at again. */
    Py_INCREF(token);
    PyObject *result = NULL; /* owned */
    fa_box *box = fa_manager_new_box(here, manager, frame); /* owned */
    if (box != NULL) {
        box->opening = opening;
        bool is_noted = note_opener(here, box, frame) == 0;
        if (is_noted && token->box == NULL && fa_scope_push(here, box) == 0) {
            fa_exit_link(token, box);
            result = is_async ? fa_ready_new(here, Py_NewRef(box)) : Py_NewRef(box);
        }
        else {
            if (!PyErr_Occurred()) {
                PyErr_SetString(here->scope_error, "the scope was entered twice at once");
            }
            FA_PUBLISH(box->ended, true); /* it never began */
            fa_bodies_remove(box);
        }
    }
    Py_XDECREF(box);
    Py_DECREF(token);
    return result;
}

/* ---- the handle ---- */

typedef struct handle {
    PyObject_HEAD
    fa_box *box; /* owned */
    atomic_bool stopped; /* by the thread that started it; others may ask */
} handle;

static PyObject *
manager_start(PyObject *self, PyObject *Py_UNUSED(unused))
{
    fa_manager *manager = (fa_manager *)self;
    fa_interpreter *here = fa_state_here();
    if (here == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: this interpreter is going away");
        return NULL;
    }
    handle *result = PyObject_New(handle, here->handle_type);
    if (result == NULL) {
        return NULL;
    }
    atomic_init(&result->stopped, false);
    result->box = fa_manager_new_box(here, manager, fa_frames_innermost());
    if (result->box != NULL) {
        result->box->opening = FA_OPENED_BY_START;
        if (fa_scope_push(here, result->box) == 0) {
            return (PyObject *)result;
        }
    }
    Py_DECREF(result);
    return NULL;
}

static PyObject *
handle_stop(PyObject *self, PyObject *Py_UNUSED(unused))
{
    handle *h = (handle *)self;
    fa_interpreter *here = fa_state_here();
    PyThreadState *tstate = PyThreadState_Get();
    if (here == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: this interpreter is going away");
        return NULL;
    }
    if (h->stopped) {
        PyErr_SetString(here->scope_error, "this scope has been stopped already");
        return NULL;
    }
    if (h->box->ended) {
        PyErr_SetString(here->scope_error, "this scope has ended already, with the scope around it");
        return NULL;
    }
    if (h->box->thread != tstate->id || !fa_scope_is_at_home(h->box, tstate->context)) {
        PyErr_SetString(here->scope_error,
                        "a scope is stopped in the thread and the context it was started in");
        return NULL;
    }
    int status = fa_leave_end(here, h->box);
    h->stopped = h->box->ended; /* also when a warning about what was left open became an exception */
    if (status < 0) {
        return NULL;
    }
    if (h->box->terms->strict && fa_enforce_raise_first(&h->box->scope) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* A handle is no context manager. Whoever writes `with sandbox(policy).start():` would lose the handle and
 * stay held for good: so the scope ends, as that block would have ended it, and what to write is said. */
static PyObject *
handle_misused(PyObject *self, PyObject *Py_UNUSED(args))
{
    handle *h = (handle *)self;
    fa_interpreter *here = fa_state_here();
    PyThreadState *tstate = PyThreadState_Get();
    if (here != NULL && !h->box->ended && h->box->thread == tstate->id
        && fa_scope_is_at_home(h->box, tstate->context)) {
        int status = fa_leave_end(here, h->box);
        h->stopped = h->box->ended;
        if (status < 0) {
            return NULL;
        }
    }
    PyErr_SetString(PyExc_TypeError,
                    "start() gives a handle, which its stop() ends; for a block write: with sandbox(policy):");
    return NULL;
}

static PyObject *
handle_box(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(((handle *)self)->box);
}

static void
handle_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    /* A handle that is lost ends nothing: the scope stays until the one around it is left. */
    Py_XDECREF(((handle *)self)->box);
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyMethodDef handle_methods[] = {
    {"stop", handle_stop, METH_NOARGS,
     "stop()\n--\n\nEnd the scope: once, in the thread and the context it was started in.\n\n"
     "Raises:\n    ScopeError: Anywhere else, or a second time."},
    {"__enter__", handle_misused, METH_VARARGS, "Ends the scope and raises TypeError: a handle is no manager."},
    {"__exit__", handle_misused, METH_VARARGS, NULL},
    {"__aenter__", handle_misused, METH_VARARGS, NULL},
    {"__aexit__", handle_misused, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef handle_getset[] = {
    {"box", handle_box, NULL, "What the scope shows of itself.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot handle_slots[] = {
    {Py_tp_dealloc, handle_dealloc},
    {Py_tp_methods, handle_methods},
    {Py_tp_getset, handle_getset},
    {Py_tp_doc, "A scope that was started, for owners whose two ends lie in different functions.\n\n"
                "Whoever holds it can end the scope."},
    {0, NULL},
};

static PyType_Spec handle_spec = {
    .name = "fastaudit._core.Handle",
    .basicsize = sizeof(handle),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = handle_slots,
};

/* ---- the manager ---- */

/* Checks what it is given, and has the hook in place. */
static fa_manager *
new_manager(PyTypeObject *type, PyObject *policy, PyObject *ruleset, bool strict, bool warn)
{
    const fa_ruleset *rules = fa_ruleset_type_borrow(ruleset);
    if (rules == NULL) {
        PyErr_Format(PyExc_TypeError, "ruleset must be a Ruleset, not %.200s", Py_TYPE(ruleset)->tp_name);
        return NULL;
    }
    if (fa_install_ready() < 0) {
        return NULL;
    }
    fa_manager *self = (fa_manager *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->ruleset = Py_NewRef(ruleset);
    self->terms = (fa_terms){
        .keeper = (PyObject *)self, .policy = Py_NewRef(policy), .rules = rules, .warn = warn, .strict = strict,
    };
    return self;
}

fa_manager *
fa_manager_new(fa_interpreter *here, PyObject *policy, PyObject *ruleset, bool warn)
{
    return new_manager(here->manager_type, policy, ruleset, false, warn);
}

static PyObject *
manager_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"policy", "ruleset", "strict", "warn", NULL};
    PyObject *policy, *ruleset, *own; /* the last one owned */
    PyObject *manager = NULL;
    int strict = 0, warn = 0;
    if (fa_keywords_own(kwargs, &own) == 0 && PyArg_ParseTupleAndKeywords(args, own, "OO|$pp:Sandbox", keywords, &policy,
                                                                          &ruleset, &strict, &warn)) {
        manager = (PyObject *)new_manager(type, policy, ruleset, strict, warn);
    }
    Py_XDECREF(own);
    return manager;
}

/* The same for sandbox(), which is called for each request of a server: without a tuple and a dict. */
static PyObject *
manage(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    fa_interpreter *here = fa_state_here();
    if (here == NULL || count != 4) {
        PyErr_SetString(PyExc_TypeError, "manage() takes a policy, its ruleset, strict and warn");
        return NULL;
    }
    return (PyObject *)new_manager(here->manager_type, args[0], args[1], args[2] == Py_True, args[3] == Py_True);
}

static PyMethodDef functions[] = {
    {"manage", (PyCFunction)(void (*)(void))manage, METH_FASTCALL,
     "manage(policy, ruleset, strict, warn, /)\n--\n\nA manager of scopes, for sandbox()."},
    {NULL, NULL, 0, NULL},
};

static void
manager_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF(((fa_manager *)self)->terms.policy);
    Py_XDECREF(((fa_manager *)self)->ruleset);
    Py_XDECREF(((fa_manager *)self)->decorates);
    type->tp_free(self);
    Py_DECREF(type);
}

/* The same manager for one function. NULL with an exception set. */
static fa_manager *
copy_for(PyObject *self, PyObject *function)
{
    const fa_manager *manager = (fa_manager *)self;
    fa_manager *copy = (fa_manager *)Py_TYPE(self)->tp_alloc(Py_TYPE(self), 0);
    if (copy == NULL) {
        return NULL;
    }
    copy->terms = manager->terms;
    copy->terms.keeper = (PyObject *)copy;
    Py_INCREF(copy->terms.policy);
    copy->ruleset = Py_NewRef(manager->ruleset);
    if (PyFunction_Check(function)) {
        copy->decorates = (PyCodeObject *)Py_NewRef(PyFunction_GET_CODE(function));
    }
    return copy;
}

static PyObject *
manager_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *function;
    static char *keywords[] = {"", NULL};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:sandbox", keywords, &function)) {
        return NULL;
    }
    /* The four kinds of wrapper are Python functions, as their kinds are Python's. */
    PyObject *module = PyImport_ImportModule("fastaudit._decorate");
    fa_manager *own = module == NULL ? NULL : copy_for(self, function); /* owned */
    if (own == NULL) {
        Py_XDECREF(module);
        return NULL;
    }
    PyObject *result = PyObject_CallMethod(module, "decorate", "OO", own, function);
    Py_DECREF(own);
    Py_DECREF(module);
    return result;
}

static PyObject *
manager_repr(PyObject *self)
{
    fa_manager *manager = (fa_manager *)self;
    return PyUnicode_FromFormat("sandbox(%R%s%s)", manager->terms.policy, manager->terms.strict ? ", strict=True" : "",
                                manager->terms.warn ? ", mode=\"warn\"" : "");
}

static PyMethodDef manager_methods[] = {
    {"start", manager_start, METH_NOARGS,
     "start()\n--\n\nOpen a scope that a handle ends, for owners whose two ends lie in different functions.\n\n"
     "Takes effect at once, in this context. Leaving a scope around it ends it as well.\n\n"
     "Returns:\n    A handle: stop() ends the scope, box shows it. Whoever holds it can end the scope."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef manager_members[] = {
    {"policy", T_OBJECT_EX, offsetof(fa_manager, terms.policy), READONLY, "The policy that is entered."},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot manager_slots[] = {
    {Py_tp_new, manager_new},
    {Py_tp_dealloc, manager_dealloc},
    {Py_tp_call, manager_call},
    {Py_tp_repr, manager_repr},
    {Py_tp_methods, manager_methods},
    {Py_tp_members, manager_members},
    {Py_tp_doc, "Enters a policy, as often as asked; each entry is a scope of its own."},
    {0, NULL},
};

static PyType_Spec manager_spec = {
    .name = "fastaudit._core.Sandbox",
    .basicsize = sizeof(fa_manager),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = manager_slots,
};

int
fa_manager_exec(fa_interpreter *here, PyObject *module)
{
    here->handle_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &handle_spec, NULL);
    here->manager_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &manager_spec, NULL);
    if (here->handle_type == NULL || here->manager_type == NULL
        || fa_exit_attach(here, here->manager_type) < 0 || fa_entry_attach(here, here->manager_type) < 0) {
        return -1;
    }
    return 0;
}

int
fa_manager_add_functions(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
