/* frozen_type.c: the base type of the package's values, whose instances nothing can change. */
#include "support/frozen_type.h"

typedef struct frozen {
    PyObject_HEAD
    PyObject *fields;  /* owned: what the value is made of, in normal form */
    PyObject *ruleset; /* owned: what it compiles to, or None */
    PyObject *unfound; /* owned: a tuple, the commands that the host lacks */
} frozen;

static PyObject *
frozen_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *fields, *ruleset, *unfound; /* borrowed */

    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0) {
        PyErr_SetString(PyExc_TypeError, "Frozen takes no keyword arguments");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "O!OO!:Frozen", &PyTuple_Type, &fields, &ruleset, &PyTuple_Type,
                          &unfound)) {
        return NULL;
    }
    frozen *self = (frozen *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->fields = Py_NewRef(fields);
    self->ruleset = Py_NewRef(ruleset);
    self->unfound = Py_NewRef(unfound);
    return (PyObject *)self;
}

/* A setter in C, and not in Python: up to 3.12 object.__setattr__() refuses to jump over it. Later it
 * jumps, finds read-only members, and no `__class__` to exchange: see seal(). */
static int
frozen_setattro(PyObject *self, PyObject *name, PyObject *Py_UNUSED(value))
{
    PyErr_Format(PyExc_AttributeError, "'%.100s' object cannot be changed: %R",
                 Py_TYPE(self)->tp_name, name);
    return -1;
}

static int
frozen_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((frozen *)self)->fields);
    Py_VISIT(((frozen *)self)->ruleset);
    Py_VISIT(((frozen *)self)->unfound);
    return 0;
}

/* No tp_clear: what a value refers to was there before it, so no cycle passes through it alone. */

static void
frozen_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    PyObject_GC_UnTrack(self);
    Py_XDECREF(((frozen *)self)->fields);
    Py_XDECREF(((frozen *)self)->ruleset);
    Py_XDECREF(((frozen *)self)->unfound);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef frozen_members[] = {
    {"_fields", T_OBJECT_EX, offsetof(frozen, fields), READONLY, "What the value is made of."},
    {"_ruleset", T_OBJECT_EX, offsetof(frozen, ruleset), READONLY, "What it compiles to."},
    {"_unfound", T_OBJECT_EX, offsetof(frozen, unfound), READONLY, "Commands that the host lacks."},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot frozen_slots[] = {
    {Py_tp_doc, "Frozen(fields, ruleset, unfound)\n--\n\nA value that nothing can change."},
    {Py_tp_new, frozen_new},
    {Py_tp_setattro, frozen_setattro},
    {Py_tp_traverse, frozen_traverse},
    {Py_tp_dealloc, frozen_dealloc},
    {Py_tp_members, frozen_members},
    {0, NULL},
};

static PyType_Spec frozen_spec = {
    .name = "fastaudit._core.Frozen",
    .basicsize = sizeof(frozen),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = frozen_slots,
};

/* Make a class of frozen values immutable itself: neither its attributes nor the `__class__` of its
 * instances can be exchanged. */
static PyObject *
seal(PyObject *module, PyObject *arg)
{
    PyObject *base = PyObject_GetAttrString(module, "Frozen"); /* owned */
    if (base == NULL) {
        return NULL;
    }
    bool fits = PyType_Check(arg) && PyType_Check(base) &&
                PyType_IsSubtype((PyTypeObject *)arg, (PyTypeObject *)base);
    Py_DECREF(base);
    if (!fits) {
        PyErr_SetString(PyExc_TypeError, "only a class of frozen values can be sealed");
        return NULL;
    }
    ((PyTypeObject *)arg)->tp_flags |= Py_TPFLAGS_IMMUTABLETYPE;
    Py_RETURN_NONE;
}

static PyMethodDef frozen_functions[] = {
    {"seal", seal, METH_O, "seal(cls, /)\n--\n\nMake a class of frozen values immutable itself."},
    {NULL, NULL, 0, NULL},
};

int
fa_frozen_exec(PyObject *module)
{
    if (PyModule_AddFunctions(module, frozen_functions) < 0) {
        return -1;
    }
    PyObject *type = PyType_FromModuleAndSpec(module, &frozen_spec, NULL); /* owned */
    if (type == NULL) {
        return -1;
    }
    int status = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    return status;
}
