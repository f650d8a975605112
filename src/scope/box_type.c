/* box_type.c: what a scope shows of itself: readable after its end, without power. */
#include "scope/box_type.h"

#include "audit/install.h"
#include "authority/authority.h"
#include "authority/bodies.h"
#include "authority/floor.h"
#include "decide/check.h"
#include "enforce/journal.h"
#include "enforce/violation.h"
#include "scope/calls.h"
#include "scope/manager.h"
#include "support/openat2.h"
#include "support/keywords.h"

static const fa_journal *
journal_of(PyObject *self)
{
    return atomic_load(&fa_scope_shown((fa_box *)self)->journal);
}

static PyObject *
box_violations(PyObject *self, void *Py_UNUSED(closure))
{
    const fa_journal *journal = journal_of(self);
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list != NULL && journal != NULL && i < FA_JOURNAL_KEPT; i++) {
        fa_record *record = atomic_load(&journal->kept[i]);
        if (record == NULL) {
            continue; /* beyond the last one, or a thread is about to fill it */
        }
        PyObject *violation = fa_violation_from_record(record);
        if (violation == NULL || PyList_Append(list, violation) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(violation);
    }
    if (list != NULL) {
        Py_SETREF(list, PyList_AsTuple(list));
    }
    return list;
}

static PyObject *
box_dropped(PyObject *self, void *Py_UNUSED(closure))
{
    const fa_journal *journal = journal_of(self);
    unsigned long seen = journal == NULL ? 0 : atomic_load(&journal->seen);
    return PyLong_FromUnsignedLong(seen > FA_JOURNAL_KEPT ? seen - FA_JOURNAL_KEPT : 0);
}

static PyObject *
box_quiet(PyObject *self, void *Py_UNUSED(closure))
{
    const fa_journal *journal = journal_of(self);
    return PyLong_FromUnsignedLong(journal == NULL ? 0 : atomic_load(&journal->quiet));
}

static PyObject *
box_race_free(PyObject *Py_UNUSED(self), void *Py_UNUSED(closure))
{
    return PyBool_FromLong(fa_openat2_works());
}

static PyObject *
box_allowed(PyObject *self, void *Py_UNUSED(closure))
{
    fa_scope *scope = fa_scope_shown((fa_box *)self);
    PyObject *counts = PyDict_New();
    for (int right = 0; counts != NULL && right < FA_RIGHT_NONE; right++) {
        unsigned int count = fa_counts_sum(&scope->allowed, (unsigned)right);
        if (count == 0) {
            continue;
        }
        PyObject *number = PyLong_FromUnsignedLong(count);
        if (number == NULL || PyDict_SetItemString(counts, fa_right_word((fa_right)right), number) < 0) {
            Py_CLEAR(counts);
        }
        Py_XDECREF(number);
    }
    return counts;
}

static PyObject *
box_left_open(PyObject *self, void *Py_UNUSED(closure))
{
    PyObject *places; /* owned */
    Py_BEGIN_CRITICAL_SECTION(self);
    const fa_extras *extras = ((fa_box *)self)->extras;
    places = extras == NULL ? NULL : Py_XNewRef(extras->left_open);
    Py_END_CRITICAL_SECTION();
    return places != NULL ? places : PyTuple_New(0);
}

static PyObject *
box_trusted_calls(PyObject *self, void *Py_UNUSED(closure))
{
    return fa_calls_list((fa_box *)self);
}

static PyObject *
box_active_calls(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return fa_calls_active((fa_box *)self);
}

static PyObject *
box_policy(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(((fa_box *)self)->terms->policy);
}

static PyObject *
box_repr(PyObject *self)
{
    const fa_box *box = (fa_box *)self;
    const fa_journal *journal = journal_of(self);
    return PyUnicode_FromFormat("<fastaudit box of %R: %lu violations, %lu quiet%s>", box->terms->policy,
                                journal == NULL ? 0 : atomic_load(&journal->seen),
                                journal == NULL ? 0 : atomic_load(&journal->quiet),
                                box->ended ? ", ended" : "");
}

static void
box_dealloc(PyObject *self)
{
    fa_box *box = (fa_box *)self;
    PyTypeObject *type = Py_TYPE(self);
    fa_bodies_forget(box);
    fa_counts_clear(&box->scope.allowed);
    fa_journal_free(atomic_load(&box->scope.journal));
    fa_learned_free(atomic_load(&box->scope.learned));
    Py_XDECREF(box->scope.code);
    Py_DECREF(box->terms->keeper);
    Py_XDECREF(atomic_load(&box->home_ref));
    fa_scope_drop_anchor(box);
    if (box->extras != NULL) {
        Py_XDECREF(box->extras->left_open);
        fa_calls_clear(&box->extras->calls);
        PyMem_RawFree(box->extras);
    }
    fa_interpreter *here = fa_state_here();
    fa_spare_drop(here == NULL ? NULL : &here->spare[FA_SPARE_BOX], box);
    Py_DECREF(type);
}

static PyGetSetDef box_getset[] = {
    {"violations", box_violations, NULL,
     "The refusals of this scope and of those inside it, oldest first: a tuple of Violation, the first 100 "
     "kept.", NULL},
    {"dropped", box_dropped, NULL, "How many violations there were beyond those kept.", NULL},
    {"quiet", box_quiet, NULL,
     "How many probes were refused that ordinary libraries make and survive; they are no violations.",
     NULL},
    {"allowed", box_allowed, NULL, "How many events were let go, by right: a new dict.", NULL},
    {"race_free", box_race_free, NULL,
     "Whether the file that is judged is the file that is opened, whoever changes names meanwhile: where the "
     "kernel has openat2 and nothing forbids it.", NULL},
    {"left_open", box_left_open, NULL,
     "Where the scopes were entered that were still open when this one was left: a tuple of str.", NULL},
    {"trusted_calls", box_trusted_calls, NULL,
     "The trusted functions that code inside called: a tuple of (name, where it was called first, how often); the "
     "first 100 functions, the rest together under the name '…'.", NULL},
    {"policy", box_policy, NULL, "The policy, as given.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef box_methods[] = {
    {"active_calls", box_active_calls, METH_NOARGS,
     "active_calls()\n--\n\nThe names of the trusted calls from inside that have begun and not ended, one for each "
     "call, suspended ones included."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot box_slots[] = {
    {Py_tp_dealloc, box_dealloc},
    {Py_tp_getset, box_getset},
    {Py_tp_methods, box_methods},
    {Py_tp_repr, box_repr},
    {Py_tp_doc, "What a scope shows of itself. Readable after its end; has no power over it."},
    {0, NULL},
};

static PyType_Spec box_spec = {
    .name = "fastaudit._core.Box",
    .basicsize = sizeof(fa_box),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = box_slots,
};

/* ---- functions ---- */

static PyObject *
current(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
    const fa_authority *authority;
    int found = fa_authority_get(&authority);
    if (found < 0) {
        return NULL;
    }
    if (found == 0 || authority->box_count == 0) {
        Py_RETURN_NONE;
    }
    return Py_NewRef(authority->boxes[0]);
}

/* Whoever starts a process looks its policies up there. One that shows no floor is none. */
static bool
keep_floor(fa_interpreter *here, fa_box *box)
{
    if (here->floors == NULL) {
        here->floors = PyList_New(0);
    }
    return here->floors != NULL && PyList_Append(here->floors, (PyObject *)box) == 0;
}

/* A floor holds the host as well, and for good. So a guest asks, as for a hook of its own. Returns 0, or -1 with an
 * exception set. */
static int
ask_inside(void)
{
    int inside = fa_authority_is_inside();
    return inside > 0 ? PySys_Audit("fastaudit.install", NULL) : inside;
}

static PyObject *
install_policy(fa_interpreter *here, PyObject *policy, PyObject *ruleset, bool warn)
{
    if (ask_inside() < 0) {
        return NULL;
    }
    fa_manager *manager = fa_manager_new(here, policy, ruleset, warn);
    if (manager == NULL) {
        return NULL;
    }
    const fa_ruleset *rules = manager->terms.rules;
    /* The box first: once the floor is in place, nothing may fail any more. */
    fa_box *box = fa_manager_new_box(here, manager, fa_frames_innermost());
    Py_DECREF(manager); /* the box holds it */
    if (box == NULL) {
        return NULL;
    }
    if (!keep_floor(here, box)) {
        Py_DECREF(box);
        return NULL;
    }
    fa_scope *floor = fa_floor_add(rules, warn);
    if (floor == NULL) {
        Py_DECREF(box);
        return PyErr_NoMemory();
    }
    box->floor = floor;
    box->opening = FA_OPENED_BY_INSTALL;
    return (PyObject *)box;
}

static PyObject *
install(PyObject *Py_UNUSED(module), PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"policy", "ruleset", "warn", NULL};
    fa_interpreter *here = fa_state_here();
    PyObject *policy, *ruleset, *own; /* the last one owned */
    PyObject *box = NULL;
    int warn = 0;
    if (here == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: this interpreter is going away");
        return NULL;
    }
    if (fa_keywords_own(kwargs, &own) == 0 &&
        PyArg_ParseTupleAndKeywords(args, own, "OO|$p:install", keywords, &policy, &ruleset, &warn)) {
        box = install_policy(here, policy, ruleset, warn != 0);
    }
    Py_XDECREF(own);
    return box;
}

/* The floor holds every runtime of the process. Its hook ended with the runtime that added it. */
static PyObject *
resume_floor(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
    if (fa_floor_get() != NULL && fa_install_ready() < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"current", current, METH_NOARGS, "current()\n--\n\nThe innermost box in force here, or None."},
    {"install", (PyCFunction)(void (*)(void))install, METH_VARARGS | METH_KEYWORDS,
     "install(policy, ruleset, *, warn=False)\n--\n\nHold the whole process, for good."},
    {"resume_floor", resume_floor, METH_NOARGS,
     "resume_floor()\n--\n\nPut in place what holds a floor that was installed before this was imported."},
    {NULL, NULL, 0, NULL},
};

int
fa_box_type_exec(fa_interpreter *here, PyObject *module)
{
    if (here->box_type == NULL) {
        here->box_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &box_spec, NULL);
    }
    if (here->box_type == NULL) {
        return -1;
    }
    return PyModule_AddFunctions(module, functions);
}
