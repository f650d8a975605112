/* job.c: a job in a pool's queue, with the authority it came with. */
#include "interpose/job.h"

#include "interpose/carry.h"

/* A job in a pool's queue with the authority it came with. The worker loop calls run(). */
typedef struct job {
    PyObject_HEAD
    PyObject *item; /* owned: the pool's own item */
    fa_node *chain; /* owned */
} job;

typedef struct job_run {
    PyObject *item, *args, *kwargs;
} job_run;

static PyObject *
run_item(void *data)
{
    const job_run *call = data;
    PyObject *run = PyObject_GetAttrString(call->item, "run");
    PyObject *result = run == NULL ? NULL : PyObject_Call(run, call->args, call->kwargs);
    Py_XDECREF(run);
    return result;
}

static PyObject *
job_call_run(PyObject *self, PyObject *args, PyObject *kwargs)
{
    fa_interpreter *here = fa_state_here();
    job_run call = {((job *)self)->item, args, kwargs};
    return here == NULL ? NULL : fa_carry_run(here, ((job *)self)->chain, run_item, &call);
}

/* A pool that is shut down looks at the futures of the jobs it drops. */
static PyObject *
job_getattr(PyObject *self, PyObject *name)
{
    PyObject *own = PyObject_GenericGetAttr(self, name);
    if (own != NULL || !PyErr_ExceptionMatches(PyExc_AttributeError)) {
        return own;
    }
    PyErr_Clear();
    return PyObject_GetAttr(((job *)self)->item, name);
}

static int
job_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((job *)self)->item);
    return 0;
}

static int
job_clear(PyObject *self)
{
    Py_CLEAR(((job *)self)->item);
    return 0;
}

static void
job_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    (void)job_clear(self);
    Py_XDECREF(((job *)self)->chain);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef job_methods[] = {
    {"run", (PyCFunction)(void (*)(void))job_call_run, METH_VARARGS | METH_KEYWORDS,
     "Run the job under the authority it came with."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot job_slots[] = {
    {Py_tp_dealloc, job_dealloc},
    {Py_tp_traverse, job_traverse},
    {Py_tp_clear, job_clear},
    {Py_tp_getattro, job_getattr},
    {Py_tp_methods, job_methods},
    {0, NULL},
};

static PyType_Spec job_spec = {
    .name = "fastaudit._core.Job",
    .basicsize = sizeof(job),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION
        | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = job_slots,
};

PyTypeObject *
fa_job_type(void)
{
    return (PyTypeObject *)PyType_FromSpec(&job_spec);
}

PyObject *
fa_job_new(PyTypeObject *type, PyObject *item, fa_node *chain)
{
    job *self = (job *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->item = Py_NewRef(item);
    self->chain = (fa_node *)Py_NewRef(chain);
    return (PyObject *)self;
}
