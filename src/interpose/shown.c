/* shown.c: what an event loop is shown of a future that a held body waits for. */
#include "interpose/shown.h"

#include "authority/authority.h"
#include "interpose/carry.h"
#include "interpose/wakes.h"

/* asyncio's tasks call what a coroutine yields to them: its loop, its result, its cancel(), and its repr() in errors.
 * Where the scope of the body is off meanwhile, they are shown this instead. It looks and works like the future, and does all
 * that under what was in force when the body yielded; nothing of it can be changed, and nobody can make one. */
typedef struct shown {
    PyObject_HEAD
    PyObject *awaited; /* owned: what the body yielded */
    PyObject *loop;    /* owned: the host's, which looks at it */
    fa_node *chain;    /* owned, or NULL: nothing was in force */
    atomic_bool blocking;
} shown;

/* ---- asking, inside ---- */

typedef struct question {
    PyObject *self; /* borrowed, as all of them: what is asked */
    const char *method;
    PyObject *positional, *name, *named; /* NULL for none */
} question;

static PyObject *
ask(void *data)
{
    const question *q = data;
    PyObject *method = PyObject_GetAttrString(q->self, q->method);                                          /* owned */
    PyObject *names = method == NULL || q->name == NULL ? NULL : PyTuple_Pack(1, q->name); /* owned */
    PyObject *given[2] = {q->positional != NULL ? q->positional : q->named, q->named};
    PyObject *answer = NULL;
    if (method != NULL && (q->name == NULL || names != NULL)) {
        answer = PyObject_Vectorcall(method, given, q->positional != NULL, names);
    }
    Py_XDECREF(names);
    Py_XDECREF(method);
    return answer;
}

static PyObject *
ask_inside(shown *self, question q, PyObject *(*how)(void *))
{
    fa_interpreter *here = fa_state_here();
    q.self = self->awaited;
    if (here == NULL || q.self == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: this interpreter, or this future, is going away");
        return NULL;
    }
    return self->chain == NULL ? how(&q) : fa_carry_run(here, self->chain, how, &q);
}

static PyObject *
shown_result(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return ask_inside((shown *)self, (question){.method = "result"}, ask);
}

static PyObject *
shown_exception(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return ask_inside((shown *)self, (question){.method = "exception"}, ask);
}

/* A plain answer to a question that is answered by yes or no: what it is asked for its truth for, it is asked inside. */
static PyObject *
yes_or_no(void *data)
{
    PyObject *answer = ask(data); /* owned */
    int yes = answer == NULL ? -1 : PyObject_IsTrue(answer);
    Py_XDECREF(answer);
    return yes < 0 ? NULL : PyBool_FromLong(yes);
}

static PyObject *
shown_done(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return ask_inside((shown *)self, (question){.method = "done"}, yes_or_no);
}

static PyObject *
shown_cancelled(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return ask_inside((shown *)self, (question){.method = "cancelled"}, yes_or_no);
}

static PyObject *
shown_cancel(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"msg", NULL};
    PyObject *message = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:cancel", keywords, &message)) {
        return NULL;
    }
    PyObject *name = PyUnicode_InternFromString("msg"); /* owned */
    PyObject *answer = name == NULL ? NULL
                     : ask_inside((shown *)self, (question){.method = "cancel", .name = name, .named = message}, yes_or_no);
    Py_XDECREF(name);
    return answer;
}

static PyObject *
shown_loop(PyObject *self, PyObject *Py_UNUSED(unused))
{
    PyObject *loop = ((shown *)self)->loop;
    return Py_NewRef(loop == NULL ? Py_None : loop);
}

static PyObject *
call_repr(void *data)
{
    return PyObject_Repr(data);
}

static PyObject *
shown_repr(PyObject *object)
{
    shown *self = (shown *)object;
    fa_interpreter *here = fa_state_here();
    PyObject *text = NULL;
    if (here != NULL && self->awaited != NULL) {
        text = self->chain == NULL ? PyObject_Repr(self->awaited)
                                   : fa_carry_run(here, self->chain, call_repr, self->awaited);
        if (text == NULL && !PyErr_ExceptionMatches(here->violation)) {
            return NULL;
        }
        PyErr_Clear(); /* what a guest's policy refuses is no error of whoever looks */
    }
    return text != NULL ? text : PyUnicode_FromFormat("<Future at %p>", object);
}

/* ---- waiting ---- */

static PyObject *
shown_add(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"", "context", NULL};
    shown *self = (shown *)object;
    fa_interpreter *here = fa_state_here();
    PyObject *callback, *context = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|$O:add_done_callback", keywords, &callback, &context)) {
        return NULL;
    }
    if (here == NULL || (context != Py_None && !PyContext_CheckExact(context))) {
        PyErr_SetString(PyExc_TypeError, "context is a contextvars.Context");
        return NULL;
    }
    PyObject *own = context == Py_None ? PyContext_CopyCurrent() : Py_NewRef(context);                    /* owned */
    PyObject *waking = own == NULL ? NULL : fa_wakes_new(here, object, self->loop, callback, own); /* owned */
    PyObject *name = waking == NULL ? NULL : PyUnicode_InternFromString("context");               /* owned */
    PyObject *answer = NULL;
    if (name != NULL) {
        answer = ask_inside(self, (question){.method = "add_done_callback", .positional = waking, .name = name,
                                             .named = own}, ask);
    }
    Py_XDECREF(name);
    Py_XDECREF(waking);
    Py_XDECREF(own);
    return answer;
}

static PyObject *
shown_remove(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(callback))
{
    return PyLong_FromLong(0); /* tasks never do: what they gave is called once */
}

bool
fa_shown_is(fa_interpreter *here, PyObject *object)
{
    return Py_IS_TYPE(object, here->shown_type);
}

static PyObject *
show(fa_interpreter *here, PyObject *awaited, PyObject *loop)
{
    const fa_authority *authority;
    int found = fa_authority_get(&authority);
    fa_node *chain = found <= 0 || authority->box_count == 0 ? NULL : fa_authority_chain(here, authority); /* owned */
    if (found < 0 || (found > 0 && authority->box_count > 0 && chain == NULL)) {
        return NULL;
    }
    shown *self = (shown *)here->shown_type->tp_alloc(here->shown_type, 0);
    if (self == NULL) {
        Py_XDECREF(chain);
        return NULL;
    }
    self->awaited = Py_NewRef(awaited);
    self->loop = Py_NewRef(loop);
    self->chain = chain;
    atomic_store(&self->blocking, true);
    return (PyObject *)self;
}

/* ---- the types ---- */

static PyObject *
get_blocking(PyObject *self, void *Py_UNUSED(unused))
{
    return PyBool_FromLong(atomic_load(&((shown *)self)->blocking));
}

static int
set_blocking(PyObject *self, PyObject *value, void *Py_UNUSED(unused))
{
    int blocks = value == NULL ? -1 : PyObject_IsTrue(value);
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "cannot delete attribute");
    }
    if (blocks >= 0) {
        atomic_store(&((shown *)self)->blocking, blocks > 0);
    }
    return blocks < 0 ? -1 : 0;
}

/* Libraries ask whether it is a future. */
static PyObject *
get_class(PyObject *self, void *Py_UNUSED(unused))
{
    fa_interpreter *here = fa_state_here();
    return Py_NewRef(here != NULL && here->future_type != NULL ? (PyObject *)here->future_type
                                                               : (PyObject *)Py_TYPE(self));
}

static int
shown_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((shown *)object)->awaited);
    Py_VISIT(((shown *)object)->loop);
    return 0;
}

static int
shown_clear(PyObject *object)
{
    Py_CLEAR(((shown *)object)->awaited);
    Py_CLEAR(((shown *)object)->loop);
    return 0;
}

static void
shown_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    (void)shown_clear(object);
    Py_XDECREF(((shown *)object)->chain);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMethodDef shown_methods[] = {
    {"add_done_callback", (PyCFunction)(void (*)(void))shown_add, METH_VARARGS | METH_KEYWORDS, "As a future's."},
    {"remove_done_callback", shown_remove, METH_O, "Removes nothing."},
    {"cancel", (PyCFunction)(void (*)(void))shown_cancel, METH_VARARGS | METH_KEYWORDS, "As a future's."},
    {"cancelled", shown_cancelled, METH_NOARGS, "As a future's."},
    {"done", shown_done, METH_NOARGS, "As a future's."},
    {"result", shown_result, METH_NOARGS, "As a future's."},
    {"exception", shown_exception, METH_NOARGS, "As a future's."},
    {"get_loop", shown_loop, METH_NOARGS, "As a future's."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef shown_members[] = {
    {"_asyncio_future_blocking", get_blocking, set_blocking, "Whether it was awaited.", NULL},
    {"__class__", get_class, NULL, "asyncio.Future", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot shown_slots[] = {
    {Py_tp_dealloc, shown_dealloc},
    {Py_tp_traverse, shown_traverse},
    {Py_tp_clear, shown_clear},
    {Py_tp_methods, shown_methods},
    {Py_tp_getset, shown_members},
    {Py_tp_repr, shown_repr},
    {Py_tp_doc, "What stands for a future that code in a sandbox waits for."},
    {0, NULL},
};

static PyType_Spec shown_spec = {
    .name = "fastaudit._core.Shown",
    .basicsize = sizeof(shown),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = shown_slots,
};

int
fa_shown_exec(fa_interpreter *here, PyObject *module)
{
    here->show = show;
    here->shown_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &shown_spec, NULL);
    return here->shown_type == NULL ? -1 : fa_wakes_exec(here, module);
}
