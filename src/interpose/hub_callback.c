/* hub_callback.c: what gevent's hub is given to call inside, with the authority it came with. */
#include "interpose/hub_callback.h"

#include "authority/authority.h"
#include "authority/chain.h"
#include "interpose/carry.h"
#include "interpose/greenlet_parts.h"
#include "interpose/handed.h"

/* A carrier alone would not do: `unlink()` looks for the callback that was given, whoever closes a socket throws an error into
 * the `__self__` of what a watcher calls, and what a callback raises the hub shows, with its own authority. */

typedef struct hub_callback {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *callable; /* owned */
    fa_node *chain;     /* owned */
} hub_callback;

/* gevent works in one interpreter only. Written once. */
static PyTypeObject *callback_type; /* owned */

/* ---- calling it ---- */

/* As the hub does with what its callbacks raise, which shows itself then: here, under what is in force. New reference, or NULL
 * with what the hub wants to go on: that it is destroyed, or an error of the system. */
static PyObject *
tell_hub(PyObject *self)
{
    PyObject *error = PyErr_GetRaisedException();                                                     /* owned */
    PyObject *trace = PyException_GetTraceback(error);                                                /* owned, or NULL */
    PyObject *current = fa_greenlet.get_current; /* borrowed; NULL where nobody has imported greenlet */
    PyObject *hub = current == NULL ? NULL : PyObject_CallNoArgs(current);                                            /* owned */
    PyObject *handle = hub == NULL ? NULL : PyObject_GetAttrString(hub, "handle_error");              /* owned */
    PyObject *result = NULL;
    if (handle == NULL) { /* no hub is running: gevent would print it, whoever that is */
        PyErr_SetRaisedException(Py_NewRef(error));
        PyErr_WriteUnraisable(self);
        result = Py_NewRef(Py_None);
    }
    else {
        result = PyObject_CallFunctionObjArgs(handle, self, (PyObject *)Py_TYPE(error), error,
                                              trace == NULL ? Py_None : trace, NULL);
    }
    Py_XDECREF(handle);
    Py_XDECREF(hub);
    Py_XDECREF(trace);
    Py_DECREF(error);
    return result;
}

typedef struct call {
    hub_callback *self; /* borrowed, as all of them */
    PyObject *const *args;
    size_t flags;
    PyObject *names;
} call;

static PyObject *
call_and_tell(void *data)
{
    const call *c = data;
    PyObject *result = PyObject_Vectorcall(c->self->callable, c->args, c->flags, c->names);
    return result != NULL ? result : tell_hub((PyObject *)c->self);
}

static PyObject *
callback_call(PyObject *object, PyObject *const *args, size_t flags, PyObject *names)
{
    hub_callback *self = (hub_callback *)object;
    call c = {self, args, flags, names};
    fa_interpreter *here = fa_state_here();
    if (here == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: this interpreter is going away");
        return NULL;
    }
    fa_handed_turn turn = fa_handed_tell(NULL, NULL);
    PyObject *result = fa_carry_run(here, self->chain, call_and_tell, &c);
    fa_handed_told_all(turn);
    return result;
}

/* ---- what gevent does with it besides ---- */

static PyObject *
throw_into_owner(void *data)
{
    const call *c = data;
    PyObject *owner = PyObject_GetAttrString(c->self->callable, "__self__");                  /* owned */
    PyObject *throw = owner == NULL ? NULL : PyObject_GetAttrString(owner, "throw");          /* owned */
    PyObject *result = throw == NULL ? NULL : PyObject_Vectorcall(throw, c->args, c->flags, NULL);
    Py_XDECREF(throw);
    Py_XDECREF(owner);
    return result != NULL ? result : tell_hub((PyObject *)c->self);
}

static PyObject *
callback_throw(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    call c = {(hub_callback *)self, args, (size_t)count, NULL};
    fa_interpreter *here = fa_state_here();
    return here == NULL ? Py_NewRef(Py_None) : fa_carry_run(here, c.self->chain, throw_into_owner, &c);
}

/* Whoever closes a socket asks for this, and throws into what it gets. */
static PyObject *
callback_self(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(self);
}

typedef struct comparison {
    PyObject *mine, *other; /* borrowed */
    int operator;
} comparison;

static PyObject *
compare_both(void *data)
{
    const comparison *both = data;
    return PyObject_RichCompare(both->mine, both->other, both->operator);
}

static PyObject *
callback_compare(PyObject *object, PyObject *other, int operator)
{
    hub_callback *self = (hub_callback *)object;
    fa_interpreter *here = fa_state_here();
    if ((operator != Py_EQ && operator != Py_NE) || here == NULL) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    comparison both = {self->callable, Py_IS_TYPE(other, callback_type) ? ((hub_callback *)other)->callable : other,
                       operator};
    return both.mine == both.other ? PyBool_FromLong(operator == Py_EQ) : fa_carry_run(here, self->chain, compare_both, &both);
}

static PyObject *
hash_callable(void *data)
{
    Py_hash_t hash = PyObject_Hash(((hub_callback *)data)->callable);
    return hash == -1 ? NULL : PyLong_FromSsize_t(hash);
}

static Py_hash_t
callback_hash(PyObject *self)
{
    fa_interpreter *here = fa_state_here();
    PyObject *number = here == NULL ? PyLong_FromSsize_t(0)
                     : fa_carry_run(here, ((hub_callback *)self)->chain, hash_callable, self); /* owned */
    Py_hash_t hash = number == NULL ? -1 : PyLong_AsSsize_t(number);
    Py_XDECREF(number);
    return hash;
}

static PyObject *
show_callable(void *self)
{
    return PyUnicode_FromFormat("<carried %R>", ((hub_callback *)self)->callable);
}

static PyObject *
callback_repr(PyObject *self)
{
    fa_interpreter *here = fa_state_here();
    return here == NULL ? PyUnicode_FromString("<carried>")
                        : fa_carry_run(here, ((hub_callback *)self)->chain, show_callable, self);
}

/* ---- making one ---- */

PyObject *
fa_hub_callback_here(fa_interpreter *here, PyObject *callable)
{
    const fa_authority *authority;
    int found = fa_authority_get(&authority);
    if (found <= 0 || authority->box_count == 0 || !PyCallable_Check(callable)) {
        return found < 0 ? NULL : Py_NewRef(callable); /* what cannot be called gevent refuses itself */
    }
    if (Py_IS_TYPE(callable, callback_type)
        && fa_chain_has_all(((hub_callback *)callable)->chain, authority->boxes, authority->box_count)) {
        return Py_NewRef(callable); /* else taking it out and giving it again would nest without end */
    }
    fa_node *chain = fa_authority_chain(here, authority); /* owned */
    hub_callback *self = chain == NULL ? NULL : (hub_callback *)callback_type->tp_alloc(callback_type, 0);
    if (self == NULL) {
        Py_XDECREF(chain);
        return NULL;
    }
    self->call = callback_call;
    self->callable = Py_NewRef(callable);
    self->chain = chain;
    return (PyObject *)self;
}

static int
callback_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((hub_callback *)self)->callable);
    return 0;
}

static int
callback_clear(PyObject *self)
{
    Py_SETREF(((hub_callback *)self)->callable, Py_NewRef(Py_None)); /* somebody may call it yet */
    return 0;
}

static void
callback_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_DECREF(((hub_callback *)self)->callable);
    Py_DECREF(((hub_callback *)self)->chain);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyType_Slot callback_slots[] = {
    {Py_tp_dealloc, callback_dealloc},
    {Py_tp_traverse, callback_traverse},
    {Py_tp_clear, callback_clear},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_repr, callback_repr},
    {Py_tp_hash, callback_hash},
    {Py_tp_richcompare, callback_compare},
    {Py_tp_methods, (PyMethodDef[]){
        {"throw", (PyCFunction)(void (*)(void))callback_throw, METH_FASTCALL, NULL},
        {NULL, NULL, 0, NULL},
    }},
    {Py_tp_getset, (PyGetSetDef[]){
        {"__self__", callback_self, NULL, NULL, NULL},
        {NULL, NULL, NULL, NULL, NULL},
    }},
    {Py_tp_members, (PyMemberDef[]){
        {"__vectorcalloffset__", T_PYSSIZET, offsetof(hub_callback, call), READONLY, NULL},
        {"__wrapped__", T_OBJECT, offsetof(hub_callback, callable), READONLY, NULL},
        {NULL, 0, 0, 0, NULL},
    }},
    {Py_tp_doc, "A callback of gevent's hub with the authority it came with."},
    {0, NULL},
};

static PyType_Spec callback_spec = {
    .name = "fastaudit._core.HubCallback",
    .basicsize = sizeof(hub_callback),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL
        | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = callback_slots,
};

int
fa_hub_callback_install(void)
{
    if (callback_type == NULL) {
        callback_type = (PyTypeObject *)PyType_FromSpec(&callback_spec);
    }
    return callback_type == NULL ? -1 : 0;
}
