/* exchange.c: what a server hands to one request, its receive and its send, as the application gets them. */
#include "scope/exchange.h"

#include "authority/authority.h"
#include "scope/message.h"
#include "scope/request.h"
#include "support/function_copy.h"

/* ---- what a call needs ---- */

int
fa_exchange_begin(fa_interpreter *here, fa_side *side, PyObject **message, fa_own *own)
{
    fa_side *shared = fa_exchange_shared(side);
    if (side->function == NULL || shared->trust.context == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: this request is going away");
        return -1;
    }
    if (*message != NULL) {
        PyObject *plain = fa_message_reduce_one(*message);
        Py_XSETREF(*message, plain);
        if (plain == NULL || (shared->checks && fa_request_check(plain, &shared->begun) < 0)) {
            return -1;
        }
    }
    Py_BEGIN_CRITICAL_SECTION(shared);
    *own = shared->spare;
    shared->spare = (fa_own){NULL, NULL};
    Py_END_CRITICAL_SECTION();
    return own->context != NULL ? 0 : fa_trusted_own_make(here, shared->trust.context, shared->trust.maker, own);
}

void
fa_exchange_give_back(fa_side *side, fa_own *own)
{
    fa_side *shared = fa_exchange_shared(side);
    Py_BEGIN_CRITICAL_SECTION(shared);
    if (shared->spare.context == NULL && shared->trust.context != NULL) {
        shared->spare = *own;
        *own = (fa_own){NULL, NULL};
    }
    Py_END_CRITICAL_SECTION();
}

/* ---- calling ---- */

static bool
names_message(PyObject *names)
{
    return PyTuple_GET_SIZE(names) == 1
        && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, 0), "message") == 0;
}

static PyObject *
side_call(PyObject *object, PyObject *const *args, size_t flags, PyObject *names)
{
    fa_side *self = (fa_side *)object;
    fa_interpreter *here = fa_state_here();
    bool sends = self->sender == NULL;
    Py_ssize_t named = names == NULL ? 0 : PyTuple_GET_SIZE(names);
    if (PyVectorcall_NARGS(flags) + named != (sends ? 1 : 0) || (named > 0 && !names_message(names))) {
        PyErr_SetString(PyExc_TypeError, sends ? "send() takes one argument, the message" : "receive() takes no arguments");
        return NULL;
    }
    if (here == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: this interpreter is going away");
        return NULL;
    }
    return fa_exchange_call_new(here, self, sends ? args[0] : NULL);
}

/* ---- making ---- */

/* Copy what somebody could change who has got the original (new reference; NULL with an exception set). */
static PyObject *
own(PyObject *function, PyObject **kept)
{
    if (PyFunction_Check(function)) {
        return fa_function_copy_kept(function, kept);
    }
    if (PyMethod_Check(function) && PyFunction_Check(PyMethod_GET_FUNCTION(function))) {
        PyObject *copy = fa_function_copy_kept(PyMethod_GET_FUNCTION(function), kept); /* owned */
        PyObject *method = copy == NULL ? NULL : PyMethod_New(copy, PyMethod_GET_SELF(function));
        Py_XDECREF(copy);
        return method;
    }
    return Py_NewRef(function);
}

static fa_side *
new_side(fa_interpreter *here, PyObject *function, fa_side *sender)
{
    fa_side *self = (fa_side *)here->side_type->tp_alloc(here->side_type, 0);
    if (self != NULL) {
        self->call = side_call;
        atomic_store_explicit(&self->begun, "", memory_order_relaxed);
        self->sender = (fa_side *)Py_XNewRef(sender);
        self->function = own(function, &here->side_functions[sender == NULL]);
        if (self->function == NULL) {
            Py_CLEAR(self);
        }
    }
    return self;
}

/* What is in force here, and the context to copy for each call. Returns 0, or -1 with an exception set. */
static int
capture(fa_interpreter *here, fa_side *sender, PyObject *cancelled)
{
    const fa_authority *authority;
    sender->trust.cancelled = PyExceptionClass_Check(cancelled) ? Py_NewRef(cancelled) : NULL;
    sender->trust.context = PyContext_CopyCurrent();
    int found = sender->trust.context == NULL ? -1 : fa_authority_get(&authority);
    if (found > 0 && authority->foreign) {
        PyErr_SetString((PyObject *)here->scope_error, "a context holds a value that fastaudit did not put there");
        return -1;
    }
    if (found > 0 && authority->box_count > 0) {
        sender->trust.maker = fa_authority_chain(here, authority);
        found = sender->trust.maker == NULL ? -1 : found;
    }
    return found < 0 ? -1 : 0;
}

/* exchange(receive, send, cancelled, checks): (receive, send) of a request, which run with the authority of here. */
static PyObject *
exchange(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    fa_interpreter *here = fa_state_here();
    if (here == NULL || count != 4) {
        PyErr_SetString(PyExc_TypeError, "exchange() takes four arguments, in an interpreter that stays");
        return NULL;
    }
    PyObject *receive = args[0], *send = args[1], *cancelled = args[2]; /* borrowed */
    int checks = PyObject_IsTrue(args[3]);
    if (checks < 0) {
        return NULL;
    }
    if (!PyCallable_Check(receive) || !PyCallable_Check(send)) {
        PyErr_SetString(PyExc_TypeError, "receive and send must be callable");
        return NULL;
    }
    PyObject *pair = NULL;
    fa_side *sender = new_side(here, send, NULL);                                    /* owned */
    fa_side *receiver = sender == NULL ? NULL : new_side(here, receive, sender);     /* owned */
    if (receiver != NULL && capture(here, sender, cancelled) == 0) {
        sender->checks = checks != 0;
        pair = PyTuple_Pack(2, receiver, sender);
    }
    Py_XDECREF(receiver);
    Py_XDECREF(sender);
    return pair;
}

static PyObject *
begun(PyObject *Py_UNUSED(module), PyObject *object)
{
    fa_interpreter *here = fa_state_here();
    if (here == NULL || !Py_IS_TYPE(object, here->side_type)) {
        PyErr_SetString(PyExc_TypeError, "begun() takes what exchange() gave");
        return NULL;
    }
    fa_side *sender = fa_exchange_shared((fa_side *)object);
    return PyUnicode_FromString(atomic_load_explicit(&sender->begun, memory_order_relaxed));
}

/* ---- the type ---- */

/* What inspect and asyncio look for in callables that are no functions and give coroutines all the same. */
static PyObject *
get_mark(PyObject *Py_UNUSED(self), void *closure)
{
    const char *const *names = closure;
    PyObject *modules = PyImport_GetModuleDict();                                       /* borrowed */
    PyObject *module = PyDict_GetItemString(modules, names[0]);                         /* borrowed */
    PyObject *mark = module == NULL ? NULL : PyObject_GetAttrString(module, names[1]);
    if (mark == NULL && !PyErr_Occurred()) {
        PyErr_SetString(PyExc_AttributeError, names[1]);
    }
    return mark;
}

static const char *const of_inspect[] = {"inspect", "_is_coroutine_mark"};
static const char *const of_asyncio[] = {"asyncio.coroutines", "_is_coroutine"};

static PyGetSetDef side_getset[] = {
    {"_is_coroutine_marker", get_mark, NULL, NULL, (void *)of_inspect},
    {"_is_coroutine", get_mark, NULL, NULL, (void *)of_asyncio},
    {NULL, NULL, NULL, NULL, NULL},
};

static int
side_traverse(PyObject *object, visitproc visit, void *arg)
{
    fa_side *self = (fa_side *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->function);
    Py_VISIT(self->sender);
    Py_VISIT(self->trust.context);
    Py_VISIT(self->spare.context);
    return 0;
}

static int
side_clear(PyObject *object)
{
    fa_side *self = (fa_side *)object;
    Py_CLEAR(self->function);
    Py_CLEAR(self->trust.context); /* it cannot be called any more */
    fa_trusted_own_clear(&self->spare);
    return 0;
}

static void
side_dealloc(PyObject *object)
{
    fa_side *self = (fa_side *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    (void)side_clear(object);
    fa_trust_clear(&self->trust);
    Py_XDECREF(self->sender);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMemberDef side_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(fa_side, call), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot side_slots[] = {
    {Py_tp_dealloc, side_dealloc},
    {Py_tp_traverse, side_traverse},
    {Py_tp_clear, side_clear},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_members, side_members},
    {Py_tp_getset, side_getset},
    {Py_tp_doc, "A server's receive or send, as a request has it. Calling it is all that can be done with it."},
    {0, NULL},
};

static PyType_Spec side_spec = {
    .name = "fastaudit._core.Side",
    .basicsize = sizeof(fa_side),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION
           | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = side_slots,
};

static PyMethodDef functions[] = {
    {"exchange", (PyCFunction)(void (*)(void))exchange, METH_FASTCALL,
     "exchange(receive, send, cancelled, checks, /)\n--\n\nA server's receive and send, for one request."},
    {"begun", begun, METH_O, "begun(send, /)\n--\n\nThe type of the message that began the answer, or ''."},
    {NULL, NULL, 0, NULL},
};

int
fa_exchange_exec(fa_interpreter *here, PyObject *module)
{
    here->side_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &side_spec, NULL);
    return here->side_type == NULL ? -1 : fa_exchange_call_exec(here, module);
}

int
fa_exchange_add_functions(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}
