/* ready.c: the awaitable that is done at once. */
#include "scope/ready.h"

#include <stdatomic.h>

typedef struct ready {
    PyObject_HEAD
    _Atomic(PyObject *) result; /* owned; NULL when it was given away, to whichever thread asked first */
} ready;

PyObject *
fa_ready_new(fa_interpreter *here, PyObject *result)
{
    if (result == NULL) {
        return NULL;
    }
    ready *self = PyObject_New(ready, here->ready_type);
    if (self == NULL) {
        Py_DECREF(result);
        return NULL;
    }
    atomic_init(&self->result, result);
    return (PyObject *)self;
}

static PySendResult
ready_send(PyObject *self, PyObject *Py_UNUSED(sent), PyObject **result)
{
    PyObject *kept = atomic_exchange_explicit(&((ready *)self)->result, NULL, memory_order_acq_rel);
    *result = kept != NULL ? kept : Py_NewRef(Py_None);
    return PYGEN_RETURN;
}

static PyObject *
ready_next(PyObject *self)
{
    PyObject *result;
    (void)ready_send(self, NULL, &result);
    if (result != Py_None) {
        PyObject *stop = PyObject_CallOneArg(PyExc_StopIteration, result);
        if (stop != NULL) {
            PyErr_SetObject(PyExc_StopIteration, stop);
            Py_DECREF(stop);
        }
    }
    Py_DECREF(result);
    return NULL;
}

static void
ready_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF(atomic_load(&((ready *)self)->result));
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyType_Slot ready_slots[] = {
    {Py_tp_dealloc, ready_dealloc},
    {Py_am_await, PyObject_SelfIter},
    {Py_am_send, ready_send},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, ready_next},
    {0, NULL},
};

static PyType_Spec ready_spec = {
    .name = "fastaudit._core.Ready",
    .basicsize = sizeof(ready),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = ready_slots,
};

int
fa_ready_exec(fa_interpreter *here, PyObject *module)
{
    here->ready_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &ready_spec, NULL);
    return here->ready_type == NULL ? -1 : 0;
}
