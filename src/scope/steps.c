/* steps.c: drives the body of a decorated generator or coroutine. */
#include "scope/steps.h"

#include "authority/frames.h"
#include "authority/leave.h"
#include "enforce/enforce.h"
#include "scope/manager.h"
#include "scope/sending.h"
#include "scope/stepping.h"
#include "scope/thrown.h"

/* One call of a decorated function: one box, put on the chain for each step of the body. */
typedef struct steps {
    PyObject_HEAD
    fa_box *box;         /* owned; shared by all that drive() gives */
    fa_stepped stepped;  /* what is driven; nothing in the object that the wrapper holds */
    PyObject *generator; /* owned: the asynchronous generator that the body is a step of; or NULL */
    atomic_bool *running; /* borrowed from `first`, or own: the body runs now */
    struct steps *first; /* owned: the object whose `flag` all of them share; NULL: this one */
    atomic_bool flag;
} steps;

/* Put the box on the chain, unless the body runs already: then two removals would let go of one entry
 * too many. Returns 0, or -1 with an exception set. */
static int
put_on(steps *self)
{
    fa_interpreter *here = fa_state_here();
    if (here == NULL || self->stepped.body == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "nothing to drive");
        return -1;
    }
    if (fa_compat_take(self->running)) {
        PyErr_SetString(PyExc_ValueError, "the body of this decorated function is running already");
        return -1;
    }
    FA_PUBLISH(self->box->thread, PyThreadState_Get()->id);
    FA_PUBLISH(self->box->ended, false); /* a body that raised may go on, if it is no generator */
    if (fa_scope_push(here, self->box) < 0) {
        atomic_store(self->running, false);
        return -1;
    }
    return 0;
}

/* Whether the body will go on: what one step of it gave says so, but for asynchronous generators, of which
 * a value ends the step and not the body. */
static bool
is_suspended(const steps *self, bool gave_value)
{
    return gave_value || (self->generator != NULL && fa_frames_is_suspended(self->generator));
}

/* Take it off again, keeping what the body raised. Returns 0, or -1 with an exception set; then the scope
 * may still be in force, which is the safe side, and `running` keeps the body from going on. */
static int
take_off(steps *self, bool gave_value)
{
    fa_interpreter *here = fa_state_here();
    PyObject *raised = PyErr_GetRaisedException();
    int status = is_suspended(self, gave_value) ? fa_leave_suspend(here, self->box)
                                                : fa_leave_end(here, self->box);
    if (status < 0) {
        Py_XDECREF(raised);
        return -1;
    }
    atomic_store(self->running, false);
    PyErr_SetRaisedException(raised);
    return 0;
}

/* ---- one step ---- */

/* Send `value`, or throw `error`, into the body: with the scope, and off it what the loop that runs here is shown. */
static PySendResult
step(steps *self, PyObject *value, PyObject *error, PyObject **result)
{
    fa_interpreter *here = fa_state_here();
    PyObject *loop = NULL; /* owned */
    *result = NULL;
    if (here != NULL && fa_waiter_loop(here, &loop) < 0) {
        return PYGEN_ERROR;
    }
    if (put_on(self) < 0) {
        Py_XDECREF(loop);
        return PYGEN_ERROR;
    }
    PySendResult outcome = error == NULL ? fa_stepping_send(here, &self->stepped, loop, value, result)
                                         : fa_stepping_throw(here, &self->stepped, loop, error, result);
    if (take_off(self, outcome == PYGEN_NEXT) < 0) {
        Py_CLEAR(*result);
        outcome = PYGEN_ERROR;
    }
    Py_XDECREF(loop);
    return outcome;
}

static PySendResult
steps_send_slot(PyObject *object, PyObject *value, PyObject **result)
{
    return step((steps *)object, value, NULL, result);
}

static PyObject *
steps_send(PyObject *self, PyObject *value)
{
    PyObject *result;
    PySendResult outcome = steps_send_slot(self, value, &result);
    return fa_sending_result(outcome, result);
}

static PyObject *
steps_next(PyObject *self)
{
    return steps_send(self, Py_None);
}

static PyObject *
steps_throw(PyObject *self, PyObject *args)
{
    PyObject *result;
    PyObject *error = fa_thrown(args); /* owned */
    if (error == NULL) {
        return NULL;
    }
    PySendResult outcome = step((steps *)self, NULL, error, &result);
    Py_DECREF(error);
    return fa_sending_result(outcome, result);
}

static PyObject *
steps_close(PyObject *object, PyObject *Py_UNUSED(unused))
{
    steps *self = (steps *)object;
    if (put_on(self) < 0) {
        return NULL;
    }
    PyObject *result = PyObject_CallMethod(self->stepped.body, "close", NULL);
    if (take_off(self, false) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
steps_drive(PyObject *object, PyObject *args)
{
    steps *self = (steps *)object;
    PyObject *body, *generator = NULL;
    if (!PyArg_ParseTuple(args, "O|O!:drive", &body, &PyAsyncGen_Type, &generator)) {
        return NULL;
    }
    steps *driver = (steps *)PyType_GenericAlloc(Py_TYPE(object), 0);
    if (driver == NULL) {
        return NULL;
    }
    driver->box = (fa_box *)Py_NewRef(self->box);
    fa_stepping_begin(&driver->stepped, body);
    driver->generator = Py_XNewRef(generator);
    driver->first = (steps *)Py_NewRef(self->first != NULL ? self->first : self);
    driver->running = self->running;
    return (PyObject *)driver;
}

static PyObject *
steps_end(PyObject *object, PyObject *Py_UNUSED(unused))
{
    steps *self = (steps *)object;
    /* Taken, not looked at: another thread must not put the box on its chain while it is being ended. */
    if (fa_compat_take(self->running)) {
        PyErr_SetString(PyExc_ValueError, "the body of this decorated function is running");
        return NULL;
    }
    FA_PUBLISH(self->box->ended, true); /* its home is NULL: it is on no chain but those that copied it */
    atomic_store(self->running, false);
    if (self->box->terms->strict && fa_enforce_raise_first(&self->box->scope) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
steps_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"", NULL};
    fa_interpreter *here = fa_state_here();
    PyObject *manager;
    if (here == NULL || !PyArg_ParseTupleAndKeywords(args, kwargs, "O!:Steps", keywords,
                                                     here->manager_type, &manager)) {
        return NULL;
    }
    steps *self = (steps *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    const fa_manager *m = (fa_manager *)manager;
    self->running = &self->flag;
    self->box = fa_manager_new_box(here, m, fa_frames_innermost());
    if (self->box == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    self->box->opening = FA_OPENED_BY_STEPS;
    self->box->serial = fa_scope_serial();
    return (PyObject *)self;
}

static int
steps_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((steps *)object)->generator);
    Py_VISIT(((steps *)object)->first);
    return fa_stepping_traverse(&((steps *)object)->stepped, visit, arg);
}

static int
steps_clear(PyObject *object)
{
    fa_stepping_clear(&((steps *)object)->stepped);
    Py_CLEAR(((steps *)object)->generator);
    return 0;
}

static void
steps_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    (void)steps_clear(object);
    Py_XDECREF(((steps *)object)->box);
    Py_XDECREF(((steps *)object)->first);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMethodDef steps_methods[] = {
    {"drive", steps_drive, METH_VARARGS,
     "An iterator and awaitable that steps a body, maybe one step of a generator, under this scope."},
    {"end", steps_end, METH_NOARGS, "The call is over; a strict scope raises its first violation."},
    {"send", steps_send, METH_O, "Step the body."},
    {"throw", steps_throw, METH_VARARGS, "Step the body with an exception."},
    {"close", steps_close, METH_NOARGS, "Close the body."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot steps_slots[] = {
    {Py_tp_new, steps_new},
    {Py_tp_dealloc, steps_dealloc},
    {Py_tp_traverse, steps_traverse},
    {Py_tp_clear, steps_clear},
    {Py_tp_methods, steps_methods},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, steps_next},
    {Py_am_await, PyObject_SelfIter},
    {Py_am_send, steps_send_slot},
    {Py_tp_doc, "One call of a decorated function."},
    {0, NULL},
};

static PyType_Spec steps_spec = {
    .name = "fastaudit._core.Steps",
    .basicsize = sizeof(steps),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = steps_slots,
};

int
fa_steps_exec(fa_interpreter *here, PyObject *module)
{
    here->step_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &steps_spec, NULL);
    return here->step_type == NULL ? -1 : 0;
}
