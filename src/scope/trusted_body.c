/* trusted_body.c: drives the body of a trusted generator or coroutine: with its maker's authority at every step. */
#include "scope/trusted.h"

#include "authority/frames.h"
#include "scope/sending.h"
#include "scope/thrown.h"

/* One call whose body can be suspended, or one step of an asynchronous generator's, which shares the call of `first`.
 * Shows Python code nothing of the body, whose frame could be written into while it is suspended. */
typedef struct body {
    PyObject_HEAD
    PyObject *target;    /* owned: what is stepped; of an asynchronous generator itself, which is not */
    struct body *first;  /* owned: whose call this is a step of; NULL: its own */
    fa_trust trust;      /* of the first */
    fa_trusted_call call; /* of the first */
    atomic_bool running; /* of the first */
} body;

static body *
first_of(body *self)
{
    return self->first != NULL ? self->first : self;
}

/* Whether it is an adapter's: then no object of whoever drives it reaches the body. */
static bool
adapts(body *self)
{
    return first_of(self)->trust.context != NULL;
}

/* ---- one step ---- */

/* Returns 0, 1 when the body is over and goes on without authority, -1 with an exception set. */
static int
enter(fa_interpreter *here, body *self, fa_barrier **barrier)
{
    body *first = first_of(self);
    if (here == NULL || self->target == NULL || first->target == NULL
        || (self->first == NULL && PyAsyncGen_CheckExact(self->target))) {
        PyErr_SetString(PyExc_RuntimeError, "nothing to step");
        return -1;
    }
    if (fa_compat_take(&first->running)) {
        PyErr_SetString(PyExc_ValueError, "the body of this trusted function is running already");
        return -1;
    }
    if (first->call.box == NULL) {
        /* What is left to say (StopIteration, or that a coroutine cannot be awaited again) needs none. */
        return 1;
    }
    if (fa_trusted_call_enter(here, &first->trust, &first->call, barrier) < 0) {
        atomic_store(&first->running, false);
        return -1;
    }
    return 0;
}

/* Whether the body goes on: what one step gave says so, but for asynchronous generators, of which a value ends the
 * step and not the body. */
static bool
is_suspended(const body *self, bool gave_value)
{
    const body *first = self->first;
    return gave_value || (first != NULL && fa_frames_is_suspended(first->target));
}

/* `entered` is what enter() gave. Returns 0, or -1 with an exception set. */
static int
leave(fa_interpreter *here, body *self, fa_barrier *barrier, int entered, bool gave_value)
{
    body *first = first_of(self);
    bool suspends = is_suspended(self, gave_value);
    int status = entered > 0 ? 0 : fa_trusted_call_leave(here, &first->call, barrier, suspends);
    if (!suspends) {
        PyObject *raised = PyErr_GetRaisedException();
        fa_trusted_call_end(&first->trust, &first->call);
        PyErr_SetRaisedException(raised);
    }
    atomic_store(&first->running, false);
    return status;
}

static PySendResult
body_send_slot(PyObject *object, PyObject *value, PyObject **result)
{
    body *self = (body *)object;
    fa_interpreter *here = fa_state_here();
    fa_barrier *barrier = NULL;
    *result = NULL;
    if (adapts(self) && value != Py_None) {
        PyErr_SetString(PyExc_TypeError, "nothing can be sent into an adapted coroutine");
        return PYGEN_ERROR;
    }
    int entered = enter(here, self, &barrier);
    if (entered < 0) {
        return PYGEN_ERROR;
    }
    PySendResult outcome = PyIter_Send(self->target, value, result);
    if (leave(here, self, barrier, entered, outcome == PYGEN_NEXT) < 0) {
        Py_CLEAR(*result);
        return PYGEN_ERROR;
    }
    return outcome;
}

static PyObject *
body_send(PyObject *self, PyObject *value)
{
    PyObject *result;
    PySendResult outcome = body_send_slot(self, value, &result);
    return fa_sending_result(outcome, result);
}

static PyObject *
body_next(PyObject *self)
{
    return body_send(self, Py_None);
}

/* Step it by a method of its own. */
static PyObject *
call_method(body *self, const char *method, PyObject *argument, bool closes)
{
    fa_interpreter *here = fa_state_here();
    fa_barrier *barrier = NULL;
    int entered = enter(here, self, &barrier);
    if (entered < 0) {
        return NULL;
    }
    PyObject *result = fa_sending_by_method(self->target, method, argument);
    if (leave(here, self, barrier, entered, result != NULL && !closes) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

/* Whoever threw an exception that the body caught has its traceback, and with that the frame of the suspended body, whose
 * variables could be written into: it gets it back as it was. */
static PyObject *
throw_and_forget(body *self, PyObject *error)
{
    fa_thrown_state before = fa_thrown_keep(error);
    PyObject *result = call_method(self, "throw", error, false);
    fa_thrown_forget(error, before);
    return result;
}

static PyObject *
body_throw(PyObject *self, PyObject *args)
{
    PyObject *error = !adapts((body *)self) ? fa_thrown(args)
                                            : fa_thrown_plain(args, ((body *)self)->trust.cancelled); /* owned */
    PyObject *result = error == NULL ? NULL : throw_and_forget((body *)self, error);
    Py_XDECREF(error);
    return result;
}

static PyObject *
body_close(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return call_method((body *)self, "close", NULL, true);
}

/* ---- asynchronous generators: one object a step ---- */

static PyObject *
make_step(PyObject *object, const char *method, PyObject *argument)
{
    body *self = (body *)object;
    if (self->first != NULL || self->target == NULL || !PyAsyncGen_CheckExact(self->target)) {
        PyErr_SetString(PyExc_TypeError, "this is no asynchronous generator");
        return NULL;
    }
    PyObject *callable = PyObject_GetAttrString(self->target, method); /* owned */
    PyObject *made = callable == NULL ? NULL : fa_sending_unhooked(callable, argument);
    Py_XDECREF(callable);
    body *step = made == NULL ? NULL : (body *)Py_TYPE(object)->tp_alloc(Py_TYPE(object), 0);
    if (step == NULL) {
        Py_XDECREF(made);
        return NULL;
    }
    step->target = made;
    step->first = (body *)Py_NewRef(self);
    return (PyObject *)step;
}

static PyObject *
body_asend(PyObject *self, PyObject *value)
{
    return make_step(self, "asend", value);
}

static PyObject *
body_athrow(PyObject *self, PyObject *args)
{
    PyObject *error = fa_thrown(args); /* owned */
    PyObject *step = error == NULL ? NULL : make_step(self, "athrow", error);
    Py_XDECREF(error);
    return step;
}

static PyObject *
body_aclose(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return make_step(self, "aclose", NULL);
}

/* ---- the type ---- */

PyObject *
fa_trusted_body_new(fa_interpreter *here, const fa_trust *trust, fa_trusted_call *call, PyObject *target)
{
    body *self = (body *)here->trusted_body_type->tp_alloc(here->trusted_body_type, 0);
    if (self == NULL) {
        PyObject *raised = PyErr_GetRaisedException();
        fa_trusted_call_end(trust, call);
        Py_DECREF(target);
        PyErr_SetRaisedException(raised);
        return NULL;
    }
    self->target = target;
    self->call = *call;
    fa_trust_copy(&self->trust, trust);
    return (PyObject *)self;
}

static int
body_traverse(PyObject *object, visitproc visit, void *arg)
{
    body *self = (body *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->target);
    Py_VISIT(self->first);
    Py_VISIT(self->call.context);
    Py_VISIT(self->trust.context);
    return 0;
}

static int
body_clear(PyObject *object)
{
    Py_CLEAR(((body *)object)->target);
    return 0;
}

static void
body_dealloc(PyObject *object)
{
    body *self = (body *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    (void)body_clear(object);
    fa_trusted_call_end(&self->trust, &self->call);
    fa_trust_clear(&self->trust);
    Py_XDECREF(self->first);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMethodDef body_methods[] = {
    {"send", body_send, METH_O, "Step the body."},
    {"throw", body_throw, METH_VARARGS, "Step the body with an exception."},
    {"close", body_close, METH_NOARGS, "Close the body."},
    {"asend", body_asend, METH_O, "A step of an asynchronous generator."},
    {"athrow", body_athrow, METH_VARARGS, "A step of an asynchronous generator, with an exception."},
    {"aclose", body_aclose, METH_NOARGS, "The last step of an asynchronous generator."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot body_slots[] = {
    {Py_tp_dealloc, body_dealloc},
    {Py_tp_traverse, body_traverse},
    {Py_tp_clear, body_clear},
    {Py_tp_methods, body_methods},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, body_next},
    {Py_am_await, PyObject_SelfIter},
    {Py_am_send, body_send_slot},
    {Py_tp_doc, "The body of one call of a trusted function."},
    {0, NULL},
};

static PyType_Spec body_spec = {
    .name = "fastaudit._core.TrustedBody",
    .basicsize = sizeof(body),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = body_slots,
};

int
fa_trusted_body_exec(fa_interpreter *here, PyObject *module)
{
    here->trusted_body_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &body_spec, NULL);
    return here->trusted_body_type == NULL ? -1 : 0;
}
