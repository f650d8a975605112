/* trusted.c: callables that run with their maker's authority, whoever calls them. */
#include "scope/trusted.h"

#include "audit/install.h"
#include "authority/authority.h"
#include "scope/manager.h"
#include "scope/message.h"
#include "scope/sending.h"
#include "support/function_copy.h"

/* What a call gives. */
typedef enum fa_kind {
    KIND_FUNCTION, /* its result, when the body is over */
    KIND_BODY,     /* what drives a generator, a coroutine or an asynchronous generator */
    KIND_ADAPTER   /* either, by what the callable gives: an awaitable is driven. Arguments become plain values */
} fa_kind;

/* Python code reaches it in the closure of the function that calls it; it can call it, and nothing else. */
typedef struct trusted {
    PyObject_HEAD
    PyObject *function; /* owned: what is called: a copy of one's own, where there can be one */
    fa_trust trust;
    uint8_t kind; /* fa_kind */
} trusted;

/* ---- calling ---- */

/* Named arguments in a dict of our own (*own: new reference, NULL for none), by plain names: an argument's name is
 * compared with those of the parameters after the body's authority has begun. Returns 0, or -1 with TypeError set. */
static int
copy_names(PyObject *kwargs, PyObject **own)
{
    PyObject *name;
    Py_ssize_t position = 0;
    *own = NULL;
    if (kwargs == NULL || PyDict_GET_SIZE(kwargs) == 0) {
        return 0;
    }
    *own = PyDict_Copy(kwargs);
    while (*own != NULL && PyDict_Next(*own, &position, &name, NULL)) {
        if (!PyUnicode_CheckExact(name)) {
            PyErr_SetString(PyExc_TypeError, "trusted functions take keywords that are plain strings");
            Py_CLEAR(*own);
        }
    }
    return *own == NULL ? -1 : 0;
}

static PyObject *
call_within(fa_interpreter *here, trusted *self, PyObject *args, PyObject *kwargs)
{
    fa_trusted_call call;
    fa_barrier *barrier;
    PyObject *iterator = NULL; /* owned: of what an adapter's callable gave */
    bool adapts = self->kind == KIND_ADAPTER;
    if (fa_trusted_call_make(here, &self->trust, adapts, &call) < 0) {
        return NULL;
    }
    PyObject *result = NULL; /* owned */
    if (fa_trusted_call_enter(here, &self->trust, &call, &barrier) == 0) {
        result = PyObject_Call(self->function, args, kwargs);
        bool failed = false;
        iterator = adapts && result != NULL ? fa_sending_iterator(result, &failed) : NULL;
        if (failed) {
            Py_CLEAR(result);
        }
        if (fa_trusted_call_leave(here, &call, barrier, iterator != NULL) < 0) {
            Py_CLEAR(result);
        }
    }
    if (result != NULL && iterator != NULL) {
        Py_DECREF(result);
        return fa_trusted_body_new(here, &self->trust, &call, iterator);
    }
    Py_XDECREF(iterator);
    PyObject *raised = PyErr_GetRaisedException();
    fa_trusted_call_end(&self->trust, &call);
    PyErr_SetRaisedException(raised);
    return result;
}

/* Making a body runs nothing of it. */
static PyObject *
make_body(fa_interpreter *here, trusted *self, PyObject *args, PyObject *kwargs)
{
    fa_trusted_call call;
    PyObject *body = PyObject_Call(self->function, args, kwargs); /* stolen below */
    if (body == NULL) {
        return NULL;
    }
    if (!PyGen_CheckExact(body) && !PyCoro_CheckExact(body) && !PyAsyncGen_CheckExact(body)) {
        PyErr_Format(PyExc_TypeError, "this function was made for a generator or coroutine, and gave a %.200s",
                     Py_TYPE(body)->tp_name);
        Py_DECREF(body);
        return NULL;
    }
    if (fa_trusted_call_make(here, &self->trust, true, &call) < 0) {
        Py_DECREF(body);
        return NULL;
    }
    return fa_trusted_body_new(here, &self->trust, &call, body);
}

/* Whether nothing is in force that such a call would change. 1, 0, or -1 with an exception set. */
static int
changes_nothing(const fa_trust *trust)
{
    const fa_authority *authority;
    if (trust->maker != NULL || trust->manager != NULL || trust->context != NULL) {
        return 0;
    }
    int found = fa_authority_get(&authority);
    return found <= 0 ? found < 0 ? -1 : 1 : authority->box_count == 0 && !authority->foreign;
}

static PyObject *
trusted_call(PyObject *object, PyObject *args, PyObject *kwargs)
{
    trusted *self = (trusted *)object;
    fa_interpreter *here = fa_state_here();
    PyObject *own_args = NULL, *own_kwargs = NULL; /* owned */
    if (here == NULL || self->function == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: this interpreter, or this function, is going away");
        return NULL;
    }
    PyObject *result = NULL;
    if (self->kind == KIND_ADAPTER) {
        if (fa_message_reduce(args, kwargs, &own_args, &own_kwargs) == 0) {
            result = call_within(here, self, own_args, own_kwargs);
        }
    }
    else if (copy_names(kwargs, &own_kwargs) == 0) {
        int direct = self->kind == KIND_BODY ? 0 : changes_nothing(&self->trust);
        if (direct >= 0) {
            result = self->kind == KIND_BODY ? make_body(here, self, args, own_kwargs)
                   : direct > 0              ? PyObject_Call(self->function, args, own_kwargs)
                                             : call_within(here, self, args, own_kwargs);
        }
    }
    Py_XDECREF(own_args);
    Py_XDECREF(own_kwargs);
    return result;
}

/* ---- making ---- */

/* trust(function, kind, name, manager, cancelled=None): capture what is in force here. */
static PyObject *
trust(PyObject *Py_UNUSED(module), PyObject *args)
{
    fa_interpreter *here = fa_state_here();
    PyObject *function, *name, *manager, *cancelled = Py_None; /* borrowed */
    int kind;
    if (here == NULL || !PyArg_ParseTuple(args, "OiUO|O:trust", &function, &kind, &name, &manager, &cancelled)) {
        return NULL;
    }
    if (!PyCallable_Check(function) || kind < KIND_FUNCTION || kind > KIND_ADAPTER || !PyUnicode_CheckExact(name)
        || (manager != Py_None && !Py_IS_TYPE(manager, here->manager_type))) {
        PyErr_SetString(PyExc_TypeError, "trust() takes a callable, its kind, its name, and a Sandbox or None");
        return NULL;
    }
    trusted *self = (trusted *)here->trusted_type->tp_alloc(here->trusted_type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->kind = (uint8_t)kind;
    self->trust.cancelled = PyExceptionClass_Check(cancelled) ? Py_NewRef(cancelled) : NULL;
    self->trust.manager = manager == Py_None ? NULL : Py_NewRef(manager);
    /* A str of its own: it stands for this function. */
    self->trust.name = PyUnicode_FromFormat("%U", name);
    self->function = Py_NewRef(function);
    if (PyFunction_Check(function)) {
        self->trust.code = (PyCodeObject *)Py_NewRef(PyFunction_GET_CODE(function));
    }
    if (kind == KIND_ADAPTER) {
        self->trust.context = PyContext_CopyCurrent();
    }
    const fa_authority *authority;
    int found = self->trust.name == NULL || self->function == NULL
            || (kind == KIND_ADAPTER && self->trust.context == NULL)
        ? -1 : fa_authority_get(&authority);
    if (found > 0 && authority->foreign) {
        PyErr_SetString((PyObject *)here->scope_error, "a context holds a value that fastaudit did not put there");
        found = -1;
    }
    if (found > 0 && authority->box_count > 0) {
        self->trust.maker = fa_authority_chain(here, authority);
        found = self->trust.maker == NULL ? -1 : found;
    }
    if (found < 0) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

/* ---- the type ---- */

static int
trusted_traverse(PyObject *object, visitproc visit, void *arg)
{
    trusted *self = (trusted *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->function);
    Py_VISIT(self->trust.context);
    return 0;
}

static int
trusted_clear(PyObject *object)
{
    Py_CLEAR(((trusted *)object)->function);
    Py_CLEAR(((trusted *)object)->trust.context); /* it cannot be called any more */
    return 0;
}

static void
trusted_dealloc(PyObject *object)
{
    trusted *self = (trusted *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    (void)trusted_clear(object);
    fa_trust_clear(&self->trust);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyObject *
trusted_repr(PyObject *object)
{
    return PyUnicode_FromFormat("<trusted %U>", ((trusted *)object)->trust.name);
}

static PyType_Slot trusted_slots[] = {
    {Py_tp_dealloc, trusted_dealloc},
    {Py_tp_traverse, trusted_traverse},
    {Py_tp_clear, trusted_clear},
    {Py_tp_call, trusted_call},
    {Py_tp_repr, trusted_repr},
    {Py_tp_doc, "Runs a function with its maker's authority. Calling it is all that can be done with it."},
    {0, NULL},
};

static PyType_Spec trusted_spec = {
    .name = "fastaudit._core.Trusted",
    .basicsize = sizeof(trusted),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = trusted_slots,
};

static PyObject *
copy_function(PyObject *Py_UNUSED(module), PyObject *function)
{
    if (!PyFunction_Check(function)) {
        return PyErr_Format(PyExc_TypeError, "expected a function, not %.200s", Py_TYPE(function)->tp_name);
    }
    return fa_function_copy(function);
}

static PyMethodDef functions[] = {
    {"copy_function", copy_function, METH_O,
     "copy_function(function, /)\n--\n\nA function of one's own, which nothing done to the other one changes."},
    {"trust", trust, METH_VARARGS,
     "trust(function, kind, name, manager, cancelled=None, /)\n--\n\nWhat runs a function with the authority of here, for trusted()."},
    {NULL, NULL, 0, NULL},
};

int
fa_trusted_exec(fa_interpreter *here, PyObject *module)
{
    here->trusted_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &trusted_spec, NULL);
    return here->trusted_type == NULL ? -1 : fa_trusted_body_exec(here, module);
}

int
fa_trusted_add_functions(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
