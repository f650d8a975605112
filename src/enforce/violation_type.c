/* violation_type.c: the exception classes themselves: their storage, attributes and pickling. */
#include "enforce/violation_type.h"

#include <errno.h>

#include "enforce/violation_details.h"

/* What a leaf has beside the storage of its standard base. */
typedef struct violation_part {
    PyObject *details; /* owned tuple (violation_details.h), set before anybody sees the exception */
    uint64_t serial;   /* of the record it was made from; 0 for a copy */
} violation_part;

typedef struct permission_violation {
    PyOSErrorObject base;
    violation_part part;
} permission_violation;

typedef struct import_violation {
    PyImportErrorObject base;
    violation_part part;
} import_violation;

/* The standard base of a leaf: the leaves are final, so there are these two. */
static PyTypeObject *
borrow_base(PyTypeObject *leaf)
{
    return (PyTypeObject *)(PyType_IsSubtype(leaf, (PyTypeObject *)PyExc_OSError) ? PyExc_OSError
                                                                                  : PyExc_ImportError);
}

static violation_part *
part_of(PyObject *self)
{
    return (PyObject *)borrow_base(Py_TYPE(self)) == PyExc_OSError
               ? &((permission_violation *)self)->part
               : &((import_violation *)self)->part;
}

/* An exception that another thread, or a finaliser that runs meanwhile, finds through the collector
 * before it is complete has no details yet. */
static PyObject *
borrow_details(PyObject *self)
{
    PyObject *details = part_of(self)->details;
    if (details == NULL) {
        PyErr_SetString(PyExc_AttributeError, "this violation is not complete yet");
    }
    return details;
}

static PyObject *
violation_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(kwargs))
{
    PyErr_Format(PyExc_TypeError, "%s is raised by fastaudit alone, and cannot be made", type->tp_name);
    return NULL;
}

PyObject *
fa_violation_type_make(PyTypeObject *leaf, PyObject *details, uint64_t serial)
{
    PyTypeObject *base = borrow_base(leaf);
    PyObject *message = PyTuple_GET_ITEM(details, FA_DETAIL_MESSAGE);   /* borrowed */
    PyObject *filename = PyTuple_GET_ITEM(details, FA_DETAIL_FILENAME); /* borrowed */
    PyObject *self = NULL; /* owned */
    PyObject *args = NULL; /* owned */
    PyObject *names = NULL; /* owned */

    if ((PyObject *)base == PyExc_OSError) {
        args = filename == Py_None ? Py_BuildValue("(iO)", EACCES, message)
                                   : Py_BuildValue("(iOO)", EACCES, message, filename);
        self = args == NULL ? NULL : base->tp_new(leaf, args, NULL);
    }
    else {
        args = PyTuple_Pack(1, message);
        names = Py_BuildValue("{sO}", "name", PyTuple_GET_ITEM(details, FA_DETAIL_TARGET));
        self = args == NULL || names == NULL ? NULL : base->tp_new(leaf, args, NULL);
        if (self != NULL && base->tp_init(self, args, names) < 0) {
            Py_CLEAR(self);
        }
    }
    if (self != NULL) {
        part_of(self)->details = Py_NewRef(details);
        part_of(self)->serial = serial;
    }
    Py_XDECREF(args);
    Py_XDECREF(names);
    return self;
}

static int
violation_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(part_of(self)->details);
    return borrow_base(Py_TYPE(self))->tp_traverse(self, visit, arg);
}

/* The details stay: no cycle leads through them, and attributes must still be readable. */
static int
violation_clear(PyObject *self)
{
    return borrow_base(Py_TYPE(self))->tp_clear(self);
}

static void
violation_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_CLEAR(part_of(self)->details);
    borrow_base(type)->tp_dealloc(self); /* takes it from the collector and frees it */
    Py_DECREF(type);
}

static PyObject *
violation_str(PyObject *self)
{
    PyObject *details = borrow_details(self);
    if (details == NULL) {
        return NULL;
    }
    PyObject *message = PyTuple_GET_ITEM(details, FA_DETAIL_MESSAGE); /* borrowed */
    return (PyObject *)borrow_base(Py_TYPE(self)) == PyExc_OSError
               ? PyUnicode_FromFormat("[Errno %d] %U", EACCES, message)
               : Py_NewRef(message);
}

static PyObject *
violation_get(PyObject *self, void *closure)
{
    PyObject *details = borrow_details(self);
    return details == NULL ? NULL : Py_NewRef(PyTuple_GET_ITEM(details, (Py_ssize_t)(intptr_t)closure));
}

static PyObject *
violation_json(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *details = borrow_details(self);
    return details == NULL ? NULL : fa_violation_details_json(details);
}

/* _core.violation(whether it is an import's, details), and what users put on it: notes, attributes. */
static PyObject *
violation_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject *details = borrow_details(self);
    PyObject *module = details == NULL ? NULL : PyType_GetModule(type); /* borrowed */
    PyObject *maker = module == NULL ? NULL : PyObject_GetAttrString(module, "violation"); /* owned */
    if (maker == NULL) {
        return NULL;
    }
    PyObject *attributes = PyObject_GenericGetDict(self, NULL); /* owned */
    if (attributes == NULL) {
        Py_DECREF(maker);
        return NULL;
    }
    PyObject *import = (PyObject *)borrow_base(type) == PyExc_OSError ? Py_False : Py_True;
    return Py_BuildValue("N(OO)N", maker, import, details, attributes);
}

#define FIELD(name, at, doc) {name, violation_get, NULL, doc, (void *)(intptr_t)(at)}

static PyGetSetDef leaf_fields[] = {
    FIELD("event", FA_DETAIL_EVENT, "The audit event, such as 'open'."),
    FIELD("right", FA_DETAIL_RIGHT, "The right that was lacking, such as 'modify'."),
    FIELD("target", FA_DETAIL_TARGET, "What it was about: a path, an address, a command line, a name; or None."),
    FIELD("policy", FA_DETAIL_POLICY, "The name of the policy that refused, or None."),
    FIELD("rule", FA_DETAIL_RULE, "The rule that refused, as written; None when a grant was lacking."),
    FIELD("reason", FA_DETAIL_REASON, "Why: a fixed word, such as 'outside-root'."),
    FIELD("location", FA_DETAIL_LOCATION, "Where it was tried: the innermost place in the user's code, or None."),
    FIELD("origin", FA_DETAIL_ORIGIN, "Where the refusing policy was entered; None for one of the whole process."),
    FIELD("suggestion", FA_DETAIL_SUGGESTION, "The smallest change of the policy that would allow it, or None."),
    {NULL},
};

static PyMethodDef leaf_methods[] = {
    {"json", violation_json, METH_NOARGS, "json($self, /)\n--\n\nThe attributes and the message as one line of JSON."},
    {"__reduce__", violation_reduce, METH_NOARGS, NULL},
    {NULL},
};

#define LEAF_SLOTS(doc)                \
    {                                  \
        {Py_tp_doc, doc},              \
        {Py_tp_new, violation_new},    \
        {Py_tp_str, violation_str},    \
        {Py_tp_traverse, violation_traverse}, \
        {Py_tp_clear, violation_clear},       \
        {Py_tp_dealloc, violation_dealloc},   \
        {Py_tp_getset, leaf_fields},   \
        {Py_tp_methods, leaf_methods}, \
        {0, NULL},                     \
    }

static PyType_Slot base_slots[] = {
    {Py_tp_doc, "An operation that a policy refused. Raised as PermissionViolation or ImportViolation."},
    {Py_tp_new, violation_new},
    {0, NULL},
};
static PyType_Slot permission_slots[] =
    LEAF_SLOTS("An operation that a policy refused, as the PermissionError that libraries expect.");
static PyType_Slot import_slots[] =
    LEAF_SLOTS("An import that a policy refused, as the ImportError that libraries expect.");

#define LEAF_FLAGS (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE)

static PyType_Spec base_spec = {
    .name = "fastaudit.Violation",
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = base_slots,
};
static PyType_Spec permission_spec = {
    .name = "fastaudit.PermissionViolation",
    .basicsize = sizeof(permission_violation),
    .flags = LEAF_FLAGS,
    .slots = permission_slots,
};
static PyType_Spec import_spec = {
    .name = "fastaudit.ImportViolation",
    .basicsize = sizeof(import_violation),
    .flags = LEAF_FLAGS,
    .slots = import_slots,
};

PyObject *
fa_violation_type_new(PyObject *module)
{
    return PyType_FromModuleAndSpec(module, &base_spec, PyExc_Exception);
}

PyObject *
fa_violation_type_new_leaf(PyObject *module, PyObject *violation, PyObject *standard)
{
    PyObject *bases = PyTuple_Pack(2, violation, standard); /* owned */
    bool import = standard == PyExc_ImportError;
    PyObject *leaf = bases == NULL ? NULL
                                   : PyType_FromModuleAndSpec(
                                         module, import ? &import_spec : &permission_spec, bases);
    Py_XDECREF(bases);
    return leaf;
}

uint64_t
fa_violation_type_serial(PyObject *exception)
{
    return part_of(exception)->serial;
}
