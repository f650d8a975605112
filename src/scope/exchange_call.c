/* exchange_call.c: drives one call of a server's receive or send, with the authority of whoever made the request's. */
#include "scope/exchange.h"

#include "authority/authority.h"
#include "scope/sending.h"
#include "scope/thrown.h"

typedef enum fa_call_state { CALL_MADE, CALL_RUNS, CALL_OVER } fa_call_state;

/* One call: an awaitable, and its own iterator. Shows Python code nothing of what it drives. */
typedef struct call {
    PyObject_HEAD
    fa_side *side;       /* owned */
    PyObject *message;   /* owned: what is to be sent, until it is; NULL: of receive */
    PyObject *target;    /* owned: the iterator of what the server's function gave; NULL before and after */
    fa_own own;          /* owned, while it runs */
    fa_node *callers;    /* owned: what its caller is held to; NULL: nothing */
    uint8_t state;       /* fa_call_state */
    atomic_bool running; /* guards all of these */
} call;

/* ---- one step ---- */

static void
end(call *self)
{
    PyObject *raised = PyErr_GetRaisedException();
    self->state = CALL_OVER;
    Py_CLEAR(self->message);
    Py_CLEAR(self->target);
    fa_trusted_own_clear(&self->own);
    Py_CLEAR(self->callers);
    PyErr_SetRaisedException(raised);
}

/* Before the first step. Returns 0, or -1 with an exception set. */
static int
begin(fa_interpreter *here, call *self, const fa_authority *authority)
{
    self->callers = authority->box_count == 0 ? NULL : fa_authority_chain(here, authority);
    if (authority->box_count > 0 && self->callers == NULL) {
        return -1;
    }
    return fa_exchange_begin(here, self->side, &self->message, &self->own);
}

/* The first thing that runs inside. Returns 0, or -1 with an exception set. */
static int
open(call *self)
{
    PyObject *function = self->side->function, *message = self->message;
    PyObject *result = message == NULL ? PyObject_CallNoArgs(function) : PyObject_CallOneArg(function, message); /* owned */
    Py_CLEAR(self->message);
    if (result == NULL) {
        return -1;
    }
    bool failed;
    self->target = fa_sending_iterator(result, &failed);
    if (self->target == NULL && !failed) {
        PyErr_Format(PyExc_TypeError, "object %.200s can't be used in 'await' expression", Py_TYPE(result)->tp_name);
    }
    Py_DECREF(result);
    return self->target == NULL ? -1 : 0;
}

typedef enum fa_move { MOVE_ON, MOVE_THROW, MOVE_CLOSE } fa_move; /* what a step does */

static PySendResult
move_within(call *self, fa_move move, PyObject *error, PyObject **result)
{
    if (self->state == CALL_MADE) {
        self->state = CALL_RUNS;
        if (open(self) < 0) {
            return PYGEN_ERROR;
        }
    }
    if (self->target == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "nothing to step");
        return PYGEN_ERROR;
    }
    if (move == MOVE_ON) {
        return PyIter_Send(self->target, Py_None, result);
    }
    *result = fa_sending_by_method(self->target, move == MOVE_THROW ? "throw" : "close", error);
    return *result == NULL ? PYGEN_ERROR : move == MOVE_THROW ? PYGEN_NEXT : PYGEN_RETURN;
}

static PySendResult
move(fa_interpreter *here, call *self, fa_move how, PyObject *error, PyObject **result)
{
    const fa_authority *authority;
    fa_barrier *barrier;
    if (fa_authority_get(&authority) < 0) {
        return PYGEN_ERROR;
    }
    const fa_barrier *outer = authority->barrier; /* borrowed: it outlives what runs behind it */
    if ((self->state == CALL_MADE && begin(here, self, authority) < 0)
        || fa_trusted_own_begin(here, &self->own, outer, self->callers, &barrier) < 0) {
        if (self->state == CALL_MADE) {
            end(self);
        }
        return PYGEN_ERROR;
    }
    PySendResult outcome = move_within(self, how, error, result);
    PyObject *raised = PyErr_GetRaisedException(); /* owned */
    int left = fa_trusted_own_end(here, &self->own, barrier, outcome == PYGEN_NEXT);
    if (outcome != PYGEN_NEXT) {
        if (left > 0) {
            fa_exchange_give_back(self->side, &self->own);
        }
        PyObject *failed = PyErr_GetRaisedException();
        end(self);
        PyErr_SetRaisedException(failed);
    }
    if (left < 0) {
        Py_XDECREF(raised);
        Py_CLEAR(*result);
        return PYGEN_ERROR;
    }
    PyErr_SetRaisedException(raised);
    return outcome;
}

static PySendResult
step(PyObject *object, fa_move how, PyObject *error, PyObject **result)
{
    call *self = (call *)object;
    fa_interpreter *here = fa_state_here();
    PySendResult outcome = PYGEN_ERROR;
    *result = NULL;
    if (here == NULL || fa_compat_take(&self->running)) {
        PyErr_SetString(PyExc_ValueError, "this call of the server's is running already, or its interpreter is gone");
        return PYGEN_ERROR;
    }
    if (how == MOVE_CLOSE && self->state != CALL_RUNS) {
        end(self);
        *result = Py_NewRef(Py_None);
        outcome = PYGEN_RETURN;
    }
    else if (self->state == CALL_OVER) {
        PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited coroutine");
    }
    else if (how == MOVE_THROW && self->state == CALL_MADE) {
        end(self);
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    }
    else {
        /* Only now that nobody else steps it: an object of whoever throws must not get in. */
        const fa_trust *trust = &fa_exchange_shared(self->side)->trust;
        PyObject *plain = error == NULL ? NULL : fa_thrown_anew(error, trust->cancelled); /* owned */
        if (error == NULL || plain != NULL) {
            outcome = move(here, self, how, plain, result);
        }
        Py_XDECREF(plain);
    }
    atomic_store_explicit(&self->running, false, memory_order_release);
    return outcome;
}

static PySendResult
call_send_slot(PyObject *self, PyObject *value, PyObject **result)
{
    if (value != Py_None) {
        *result = NULL;
        PyErr_SetString(PyExc_TypeError, "nothing can be sent into an adapted coroutine");
        return PYGEN_ERROR;
    }
    return step(self, MOVE_ON, NULL, result);
}

static PyObject *
call_send(PyObject *self, PyObject *value)
{
    PyObject *result;
    PySendResult outcome = call_send_slot(self, value, &result);
    return fa_sending_result(outcome, result);
}

static PyObject *
call_next(PyObject *self)
{
    PyObject *result;
    PySendResult outcome = call_send_slot(self, Py_None, &result);
    if (outcome == PYGEN_RETURN && result == Py_None) {
        Py_DECREF(result);
        return NULL; /* without an exception: that is StopIteration, too */
    }
    return fa_sending_result(outcome, result);
}

static PyObject *
call_throw(PyObject *object, PyObject *args)
{
    PyObject *result = NULL, *error = fa_thrown(args); /* owned */
    if (error != NULL) {
        (void)step(object, MOVE_THROW, error, &result);
    }
    Py_XDECREF(error);
    return result;
}

static PyObject *
call_close(PyObject *self, PyObject *Py_UNUSED(unused))
{
    PyObject *result;
    return step(self, MOVE_CLOSE, NULL, &result) == PYGEN_ERROR ? NULL : result;
}

/* ---- the type ---- */

PyObject *
fa_exchange_call_new(fa_interpreter *here, fa_side *side, PyObject *message)
{
    call *self = PyObject_GC_New(call, here->exchange_call_type);
    if (self == NULL) {
        return NULL;
    }
    memset((char *)self + sizeof(PyObject), 0, sizeof(*self) - sizeof(PyObject));
    self->side = (fa_side *)Py_NewRef(side);
    self->message = Py_XNewRef(message);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static int
call_traverse(PyObject *object, visitproc visit, void *arg)
{
    call *self = (call *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->side);
    Py_VISIT(self->message);
    Py_VISIT(self->target);
    Py_VISIT(self->own.context);
    return 0;
}

static int
call_clear(PyObject *object)
{
    Py_CLEAR(((call *)object)->message);
    Py_CLEAR(((call *)object)->target);
    return 0;
}

/* What coroutines say that nobody awaited: mostly somebody forgot to. */
static void
call_finalize(PyObject *object)
{
    call *self = (call *)object;
    if (self->state == CALL_MADE) {
        PyObject *raised = PyErr_GetRaisedException();
        if (PyErr_WarnFormat(PyExc_RuntimeWarning, 1, "coroutine '%s' of the server was never awaited",
                             self->side->sender == NULL ? "send" : "receive") < 0) {
            PyErr_WriteUnraisable(NULL);
        }
        PyErr_SetRaisedException(raised);
    }
}

static void
call_dealloc(PyObject *object)
{
    call *self = (call *)object;
    PyTypeObject *type = Py_TYPE(object);
    if (self->state == CALL_MADE && PyObject_CallFinalizerFromDealloc(object) < 0) {
        return;
    }
    PyObject_GC_UnTrack(object);
    (void)call_clear(object);
    fa_trusted_own_clear(&self->own);
    Py_CLEAR(self->callers);
    Py_DECREF(self->side);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMethodDef call_methods[] = {
    {"send", call_send, METH_O, "Step it."},
    {"throw", call_throw, METH_VARARGS, "Step it with an exception."},
    {"close", call_close, METH_NOARGS, "Close it."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot call_slots[] = {
    {Py_tp_dealloc, call_dealloc},
    {Py_tp_finalize, call_finalize},
    {Py_tp_traverse, call_traverse},
    {Py_tp_clear, call_clear},
    {Py_tp_methods, call_methods},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, call_next},
    {Py_am_await, PyObject_SelfIter},
    {Py_am_send, call_send_slot},
    {Py_tp_doc, "One call of a server's receive or send."},
    {0, NULL},
};

static PyType_Spec call_spec = {
    .name = "fastaudit._core.ExchangeCall",
    .basicsize = sizeof(call),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = call_slots,
};

int
fa_exchange_call_exec(fa_interpreter *here, PyObject *module)
{
    here->exchange_call_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &call_spec, NULL);
    return here->exchange_call_type == NULL ? -1 : 0;
}
