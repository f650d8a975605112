/* entry.c: __enter__ and __aenter__ of a manager: built-in methods that cost little to bind. */
#include "scope/entry.h"

#include "scope/manager.h"

/* Up to 3.13 a `with` statement binds __enter__ before it calls it, and CPython's own bound method of a built-in
 * is known to the collector and comes from no free list: half of what the call costs. */

typedef struct entry {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *manager; /* owned; NULL in what lies on the type */
    bool is_async;
} entry;

static bool
has_no_more(const entry *self, Py_ssize_t count, PyObject *names)
{
    if (count == 0 && (names == NULL || PyTuple_GET_SIZE(names) == 0)) {
        return true;
    }
    PyErr_Format(PyExc_TypeError, "%s() takes no arguments", self->is_async ? "__aenter__" : "__enter__");
    return false;
}

static PyObject *
call_bound(PyObject *object, PyObject *const *Py_UNUSED(args), size_t flags, PyObject *names)
{
    const entry *self = (entry *)object;
    return has_no_more(self, PyVectorcall_NARGS(flags), names) ? fa_manager_enter(self->manager, self->is_async) : NULL;
}

static bool
is_manager(const fa_interpreter *here, PyObject *object)
{
    if (here != NULL && Py_IS_TYPE(object, here->manager_type)) {
        return true;
    }
    PyErr_Format(PyExc_TypeError, "expected a Sandbox, not %.200s", Py_TYPE(object)->tp_name);
    return false;
}

static PyObject *
call_unbound(PyObject *object, PyObject *const *args, size_t flags, PyObject *names)
{
    const entry *self = (entry *)object;
    Py_ssize_t count = PyVectorcall_NARGS(flags);
    if (count == 0) {
        PyErr_SetString(PyExc_TypeError, "expected a Sandbox");
        return NULL;
    }
    if (!is_manager(fa_state_here(), args[0]) || !has_no_more(self, count - 1, names)) {
        return NULL;
    }
    return fa_manager_enter(args[0], self->is_async);
}

static entry *
new_entry(fa_interpreter *here, PyTypeObject *type, PyObject *manager, bool is_async)
{
    entry *self = fa_spare_new(&here->spare[FA_SPARE_ENTRY], type);
    if (self != NULL) {
        self->call = manager == NULL ? call_unbound : call_bound;
        self->manager = Py_XNewRef(manager);
        self->is_async = is_async;
    }
    return self;
}

static PyObject *
bind(PyObject *object, PyObject *manager, PyObject *Py_UNUSED(type))
{
    if (manager == NULL || manager == Py_None) {
        return Py_NewRef(object);
    }
    fa_interpreter *here = fa_state_here();
    if (!is_manager(here, manager)) {
        return NULL;
    }
    return (PyObject *)new_entry(here, here->entry_type, manager, ((entry *)object)->is_async);
}

static void
entry_dealloc(PyObject *object)
{
    fa_interpreter *here = fa_state_here();
    PyTypeObject *type = Py_TYPE(object);
    Py_XDECREF(((entry *)object)->manager);
    fa_spare_drop(here == NULL ? NULL : &here->spare[FA_SPARE_ENTRY], object);
    Py_DECREF(type);
}

static PyObject *
get_name(PyObject *object, void *Py_UNUSED(closure))
{
    return PyUnicode_FromString(((entry *)object)->is_async ? "__aenter__" : "__enter__");
}

static PyGetSetDef entry_getset[] = {
    {"__name__", get_name, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef entry_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(entry, call), READONLY, NULL},
    {"__self__", T_OBJECT_EX, offsetof(entry, manager), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

#define SLOTS \
    {Py_tp_dealloc, entry_dealloc}, {Py_tp_call, PyVectorcall_Call}, {Py_tp_getset, entry_getset}, \
    {Py_tp_members, entry_members}, {Py_tp_doc, "Called by the `with` statement only."}
#define FLAGS \
    (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE)

static PyType_Slot bound_slots[] = {SLOTS, {0, NULL}};
static PyType_Slot unbound_slots[] = {SLOTS, {Py_tp_descr_get, bind}, {0, NULL}};

static PyType_Spec bound_spec = {
    .name = "fastaudit._core.BoundEntry", .basicsize = sizeof(entry), .flags = FLAGS, .slots = bound_slots,
};

/* From 3.14 on a `with` statement calls what says that it is a method without binding it. */
static PyType_Spec unbound_spec = {
    .name = "fastaudit._core.Entry", .basicsize = sizeof(entry), .flags = FLAGS | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .slots = unbound_slots,
};

int
fa_entry_attach(fa_interpreter *here, PyTypeObject *manager_type)
{
    PyTypeObject *unbound = (PyTypeObject *)PyType_FromSpec(&unbound_spec); /* owned */
    int status = unbound == NULL ? -1 : 0;
    here->entry_type = (PyTypeObject *)PyType_FromSpec(&bound_spec);
    if (here->entry_type == NULL) {
        status = -1;
    }
    for (int is_async = 0; is_async < 2 && status == 0; is_async++) {
        PyObject *method = (PyObject *)new_entry(here, unbound, NULL, is_async != 0);
        status = method == NULL
            ? -1 : PyDict_SetItemString(manager_type->tp_dict, is_async ? "__aenter__" : "__enter__", method);
        Py_XDECREF(method);
    }
    Py_XDECREF(unbound);
    PyType_Modified(manager_type);
    return status;
}
