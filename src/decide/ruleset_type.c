/* ruleset_type.c: the Python type over fa_ruleset. */
#include "decide/ruleset_type.h"

#include "classify/unpack.h"
#include "decide/decide.h"
#include "decide/names.h"
#include "decide/policy_questions.h"
#include "decide/ruleset_read.h"
#include "support/keywords.h"

typedef struct ruleset_object {
    PyObject_HEAD
    const fa_ruleset *rules; /* owned; never NULL once made, never changed */
} ruleset_object;

static void
ruleset_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    fa_ruleset_drop(((ruleset_object *)self)->rules);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Takes over the reference to `rules`, also when it fails. */
static PyObject *
wrap(PyTypeObject *type, const fa_ruleset *rules)
{
    ruleset_object *self = (ruleset_object *)type->tp_alloc(type, 0);
    if (self == NULL) {
        fa_ruleset_drop(rules);
        return NULL;
    }
    self->rules = rules;
    return (PyObject *)self;
}

static PyObject *
ruleset_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    fa_ruleset_read read = {0};
    PyObject *self = NULL, *own; /* owned, both */
    if (fa_keywords_own(kwargs, &own) == 0 && fa_ruleset_read_arguments(&read, args, own) == 0) {
        const fa_ruleset *rules = fa_compile(&read.spec);
        self = rules == NULL ? PyErr_NoMemory() : wrap(type, rules);
    }
    fa_ruleset_read_clear(&read);
    Py_XDECREF(own);
    return self;
}

const fa_ruleset *
fa_ruleset_type_borrow(PyObject *object)
{
    /* Every interpreter has a type of its own; none of them can be subclassed. */
    if (Py_TYPE(object)->tp_dealloc != ruleset_dealloc) {
        PyErr_Format(PyExc_TypeError, "expected a Ruleset, not %.200s", Py_TYPE(object)->tp_name);
        return NULL;
    }
    return ((ruleset_object *)object)->rules;
}

static PyObject *
ruleset_both(PyObject *Py_UNUSED(none), PyObject *args)
{
    PyObject *first, *second;
    if (!PyArg_ParseTuple(args, "OO:both", &first, &second)) {
        return NULL;
    }
    const fa_ruleset *a = fa_ruleset_type_borrow(first);
    const fa_ruleset *b = a == NULL ? NULL : fa_ruleset_type_borrow(second);
    if (b == NULL) {
        return NULL;
    }
    if (a == b) {
        return Py_NewRef(first);
    }
    if (a->parts + b->parts > FA_RULESET_PARTS) {
        PyErr_Format(PyExc_ValueError, "an intersection of more than %d policies", FA_RULESET_PARTS);
        return NULL;
    }
    const fa_ruleset *rules = fa_ruleset_both(a, b);
    return rules == NULL ? PyErr_NoMemory() : wrap(Py_TYPE(first), rules);
}

static PyObject *
ruleset_decide(PyObject *self, PyObject *args)
{
    static const char *const outcomes[] = {
        [FA_ALLOW] = "allow", [FA_REFUSE] = "refuse", [FA_QUIET] = "quiet",
    };
    const char *name;
    PyObject *operands;
    if (!PyArg_ParseTuple(args, "sO!:decide", &name, &PyTuple_Type, &operands)) {
        return NULL;
    }
    fa_holder holder = {((ruleset_object *)self)->rules, NULL, false};
    uint16_t id = fa_event_lookup(name);
    bool needs = fa_decide_asks(&holder, 1, id) == FA_ASKS_OPERANDS;
    fa_unpacked unpacked;
    PyObject *answer = NULL;
    if (fa_unpack(&unpacked, id, needs, name, operands) == 0) {
        size_t at = 0;
        fa_verdict verdict = fa_decide(&holder, 1, &unpacked.event, &at);
        PyObject *rule = verdict.rule == NULL || verdict.outcome == FA_ALLOW
                             ? Py_NewRef(Py_None)
                             : PyUnicode_DecodeUTF8(verdict.rule, (Py_ssize_t)strlen(verdict.rule),
                                                    "surrogateescape");
        if (rule != NULL) {
            answer = Py_BuildValue("sssN", outcomes[verdict.outcome],
                                   fa_reason_word((fa_reason)verdict.reason),
                                   fa_right_word((fa_right)verdict.right), rule);
        }
    }
    fa_unpacked_clear(&unpacked);
    return answer;
}

static PyObject *
ruleset_repr(PyObject *self)
{
    const char *name = ((ruleset_object *)self)->rules->name;
    PyObject *text = PyUnicode_DecodeUTF8(name, (Py_ssize_t)strlen(name), "surrogateescape");
    if (text == NULL) {
        return NULL;
    }
    PyObject *repr = PyUnicode_FromFormat("<Ruleset %R>", text);
    Py_DECREF(text);
    return repr;
}

static PyMethodDef ruleset_methods[] = {
    {"both", ruleset_both, METH_VARARGS | METH_STATIC,
     "both(a, b, /)\n--\n\nWhat both allow."},
    {"decide", ruleset_decide, METH_VARARGS,
     "decide(event, args, /)\n--\n\n"
     "Judge one event: outcome, reason, right, rule. Records nothing, raises no denial."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot ruleset_slots[] = {
    {Py_tp_doc, "A compiled policy. Immutable: share it between threads and tasks."},
    {Py_tp_new, ruleset_new},
    {Py_tp_dealloc, ruleset_dealloc},
    {Py_tp_repr, ruleset_repr},
    {Py_tp_methods, ruleset_methods},
    {0, NULL},
};

static PyType_Spec ruleset_spec = {
    .name = "fastaudit._core.Ruleset",
    .basicsize = sizeof(ruleset_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = ruleset_slots,
};

static const char *
guarded_name(size_t i)
{
    return fa_names_guarded[i].name;
}

static const char *
event_name(size_t i)
{
    return i < FA_EVENT_UNKNOWN ? fa_event_rows[i].name : NULL;
}

static const char *
right_name(size_t i)
{
    return i < FA_RIGHT_NONE ? fa_right_word((fa_right)i) : NULL;
}

/* Add a tuple, or a frozenset, of names; `name` gives NULL behind the last one. */
static int
add_names(PyObject *module, const char *attribute, const char *(*name)(size_t), bool as_set)
{
    PyObject *made = PyList_New(0); /* owned */
    if (made == NULL) {
        return -1;
    }
    for (size_t i = 0; name(i) != NULL; i++) {
        PyObject *text = PyUnicode_FromString(name(i));
        int added = text == NULL ? -1 : PyList_Append(made, text);
        Py_XDECREF(text);
        if (added < 0) {
            Py_DECREF(made);
            return -1;
        }
    }
    PyObject *value = as_set ? PyFrozenSet_New(made) : PyList_AsTuple(made);
    Py_DECREF(made);
    int status = value == NULL ? -1 : PyModule_AddObjectRef(module, attribute, value);
    Py_XDECREF(value);
    return status;
}

int
fa_ruleset_type_exec(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &ruleset_spec, NULL);
    int status = type == NULL ? -1 : PyModule_AddType(module, (PyTypeObject *)type);
    Py_XDECREF(type);
    if (status < 0 || fa_policy_questions_exec(module) < 0 ||
        add_names(module, "RIGHTS", right_name, false) < 0 ||
        add_names(module, "EVENTS", event_name, false) < 0) {
        return -1;
    }
    return add_names(module, "GUARDED_MODULES", guarded_name, true);
}
