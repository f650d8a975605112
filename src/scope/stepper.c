/* stepper.c: steps a coroutine in the contexts of whoever asks; what waits for it meets plain futures only. */
#include "scope/stepper.h"

#include "scope/sending.h"
#include "scope/stepping.h"
#include "scope/thrown.h"

/* For drivers in Python, that enter a context for each step and leave it for what lies between (fastaudit/_within.py). */
typedef struct stepper {
    PyObject_HEAD
    fa_stepped stepped;
} stepper;

static PySendResult
step(stepper *self, PyObject *value, PyObject *error, PyObject **result)
{
    fa_interpreter *here = fa_state_here();
    PyObject *loop = NULL; /* owned */
    *result = NULL;
    if (here == NULL || self->stepped.body == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "nothing to step");
        return PYGEN_ERROR;
    }
    if (fa_waiter_loop(here, &loop) < 0) {
        return PYGEN_ERROR;
    }
    PySendResult outcome = error == NULL ? fa_stepping_send(here, &self->stepped, loop, value, result)
                                         : fa_stepping_throw(here, &self->stepped, loop, error, result);
    Py_XDECREF(loop);
    return outcome;
}

static PySendResult
stepper_send_slot(PyObject *self, PyObject *value, PyObject **result)
{
    return step((stepper *)self, value, NULL, result);
}

static PyObject *
stepper_send(PyObject *self, PyObject *value)
{
    PyObject *result;
    PySendResult outcome = stepper_send_slot(self, value, &result);
    return fa_sending_result(outcome, result);
}

static PyObject *
stepper_next(PyObject *self)
{
    return stepper_send(self, Py_None);
}

static PyObject *
stepper_throw(PyObject *self, PyObject *args)
{
    PyObject *result;
    PyObject *error = fa_thrown(args); /* owned */
    if (error == NULL) {
        return NULL;
    }
    PySendResult outcome = step((stepper *)self, NULL, error, &result);
    Py_DECREF(error);
    return fa_sending_result(outcome, result);
}

static PyObject *
stepper_close(PyObject *self, PyObject *Py_UNUSED(unused))
{
    PyObject *body = ((stepper *)self)->stepped.body;
    return body == NULL ? Py_NewRef(Py_None) : PyObject_CallMethod(body, "close", NULL);
}

static PyObject *
stepper_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"", NULL};
    PyObject *body;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O!:Stepper", keywords, &PyCoro_Type, &body)) {
        return NULL;
    }
    stepper *self = (stepper *)type->tp_alloc(type, 0);
    if (self != NULL) {
        fa_stepping_begin(&self->stepped, body);
    }
    return (PyObject *)self;
}

static int
stepper_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    return fa_stepping_traverse(&((stepper *)object)->stepped, visit, arg);
}

static int
stepper_clear(PyObject *object)
{
    fa_stepping_clear(&((stepper *)object)->stepped);
    return 0;
}

static void
stepper_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    (void)stepper_clear(object);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMethodDef stepper_methods[] = {
    {"send", stepper_send, METH_O, "Step the coroutine."},
    {"throw", stepper_throw, METH_VARARGS, "Step the coroutine with an exception."},
    {"close", stepper_close, METH_NOARGS, "Close the coroutine."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot stepper_slots[] = {
    {Py_tp_new, stepper_new},
    {Py_tp_dealloc, stepper_dealloc},
    {Py_tp_traverse, stepper_traverse},
    {Py_tp_clear, stepper_clear},
    {Py_tp_methods, stepper_methods},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, stepper_next},
    {Py_am_await, PyObject_SelfIter},
    {Py_am_send, stepper_send_slot},
    {Py_tp_doc, "Steps a coroutine; whoever drives it is given plain futures in the place of what it waits for."},
    {0, NULL},
};

static PyType_Spec stepper_spec = {
    .name = "fastaudit._core.Stepper",
    .basicsize = sizeof(stepper),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = stepper_slots,
};

int
fa_stepper_exec(fa_interpreter *here, PyObject *module)
{
    here->stepper_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &stepper_spec, NULL);
    return here->stepper_type == NULL ? -1 : 0;
}
