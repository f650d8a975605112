/* wakes.c: what is called when a future is done that another one stands for. */
#include "interpose/wakes.h"

#include "interpose/pools_known.h"

/* What the awaited future calls when it is done: then whoever waits for the shown one is called. Once. */
typedef struct wake {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *shown;    /* owned: what the callback is called with */
    PyObject *loop;     /* owned */
    PyObject *callback; /* owned: mostly what wakes a task */
    PyObject *context;  /* owned: in which that is to run */
    atomic_bool called;
} wake;

/* The loop mostly calls it, as it would have called the callback. Whoever else does has the loop do so. */
static PyObject *
wake_call(PyObject *object, PyObject *const *Py_UNUSED(args), size_t Py_UNUSED(flags), PyObject *Py_UNUSED(names))
{
    wake *self = (wake *)object;
    fa_interpreter *here = fa_state_here();
    if (here == NULL || self->callback == NULL || fa_compat_take(&self->called)) {
        Py_RETURN_NONE;
    }
    PyObject *standing = Py_NewRef(self->shown), *callback = Py_NewRef(self->callback);  /* owned */
    PyObject *context = Py_NewRef(self->context), *loop = Py_NewRef(self->loop);         /* owned */
    PyObject *answer = NULL;
    if (PyThreadState_Get()->context == context && here->pools != NULL &&
        fa_known_runs(&here->pools->handle_run, fa_frames_innermost())) {
        answer = PyObject_CallOneArg(callback, standing);
    }
    else {
        PyObject *call = PyObject_GetAttrString(loop, "call_soon");              /* owned */
        PyObject *names = call == NULL ? NULL : Py_BuildValue("(s)", "context"); /* owned */
        PyObject *given[3] = {callback, standing, context};
        answer = names == NULL ? NULL : PyObject_Vectorcall(call, given, 2, names);
        Py_XDECREF(names);
        Py_XDECREF(call);
    }
    Py_DECREF(loop);
    Py_DECREF(context);
    Py_DECREF(callback);
    Py_DECREF(standing);
    if (answer == NULL) {
        return NULL;
    }
    Py_DECREF(answer);
    Py_RETURN_NONE;
}

PyObject *
fa_wakes_new(fa_interpreter *here, PyObject *shown, PyObject *loop, PyObject *callback, PyObject *context)
{
    if (loop == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: this future is going away");
        return NULL;
    }
    wake *self = (wake *)here->wake_type->tp_alloc(here->wake_type, 0);
    if (self != NULL) {
        self->call = wake_call;
        self->shown = Py_NewRef(shown);
        self->loop = Py_NewRef(loop);
        self->callback = Py_NewRef(callback);
        self->context = Py_NewRef(context);
    }
    return (PyObject *)self;
}

PyObject *
fa_wakes_whom(fa_interpreter *here, PyObject *callback)
{
    while (Py_IS_TYPE(callback, here->wake_type) && ((wake *)callback)->callback != NULL) {
        callback = ((wake *)callback)->callback;
    }
    return callback;
}

/* ---- the type ---- */

static int
wake_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((wake *)object)->shown);
    Py_VISIT(((wake *)object)->loop);
    Py_VISIT(((wake *)object)->callback);
    Py_VISIT(((wake *)object)->context);
    return 0;
}

static int
wake_clear(PyObject *object)
{
    Py_CLEAR(((wake *)object)->callback);
    Py_CLEAR(((wake *)object)->shown);
    Py_CLEAR(((wake *)object)->loop);
    Py_CLEAR(((wake *)object)->context);
    return 0;
}

static void
wake_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    (void)wake_clear(object);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyType_Slot wake_slots[] = {
    {Py_tp_dealloc, wake_dealloc},
    {Py_tp_traverse, wake_traverse},
    {Py_tp_clear, wake_clear},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_members, (PyMemberDef[]){
        {"__vectorcalloffset__", T_PYSSIZET, offsetof(wake, call), READONLY, NULL},
        {NULL, 0, 0, 0, NULL},
    }},
    {Py_tp_doc, "Goes on with whoever waits for what code in a sandbox waits for."},
    {0, NULL},
};

static PyType_Spec wake_spec = {
    .name = "fastaudit._core.Wake",
    .basicsize = sizeof(wake),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL
        | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = wake_slots,
};

int
fa_wakes_exec(fa_interpreter *here, PyObject *module)
{
    here->wake_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &wake_spec, NULL);
    return here->wake_type == NULL ? -1 : 0;
}
