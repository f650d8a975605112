/* carry.c: a callable with the authority it came with. */
#include "interpose/carry.h"

#include "authority/chain.h"
#include "interpose/failures.h"
#include "support/contexts.h"

typedef struct carrier {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *callable; /* owned */
    fa_node *chain;     /* owned, or NULL */
    PyObject *replaced; /* owned, or NULL: what the host had in the place that it was put into */
    bool tells;         /* what it raises goes to the loop that runs here */
} carrier;

/* The boxes of a chain, innermost first: owned array, NULL when out of memory. */
static fa_box **
list_boxes(const fa_node *chain, size_t *count)
{
    *count = 0;
    for (const fa_node *node = chain; node != NULL; node = node->outer) {
        *count += node->box != NULL;
    }
    fa_box **boxes = PyMem_New(fa_box *, *count + 1);
    size_t at = 0;
    for (const fa_node *node = chain; boxes != NULL && node != NULL; node = node->outer) {
        if (node->box != NULL) {
            boxes[at++] = node->box;
        }
    }
    return boxes;
}

/* A base for the running carrier, outermost context included (owned). NULL with an exception set. */
static fa_base *
push_base(fa_thread *thread, fa_node *chain, const struct fa_barrier *within)
{
    fa_base *base = PyMem_Malloc(sizeof *base);
    if (base == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    const fa_context_layout *context = (const fa_context_layout *)PyThreadState_Get()->context;
    PyObject *outermost = Py_XNewRef((PyObject *)fa_contexts_outermost(context));
    *base = (fa_base){thread->bases, (fa_node *)Py_NewRef(chain), outermost, within};
    thread->bases = base;
    return base;
}

static void
remove_base(fa_thread *thread, fa_base *base)
{
    fa_base **at = &thread->bases;
    while (*at != NULL && *at != base) {
        at = &(*at)->outer;
    }
    if (*at == base) {
        *at = base->outer;
    }
    Py_DECREF(base->chain);
    Py_XDECREF(base->outermost);
    PyMem_Free(base);
}

/* The chain becomes a base, so that it governs whatever contexts the body enters, and lies in the variable, so that
 * copies of the context carry it on. Both are put back afterwards: a scope that the body started and never stopped
 * ends with it. */
PyObject *
fa_carry_run(fa_interpreter *here, fa_node *chain, PyObject *(*body)(void *), void *data)
{
    fa_thread *thread = fa_authority_thread();
    PyObject *result = NULL;
    PyObject *token = NULL; /* owned */
    fa_node *own = NULL;    /* owned: the context's chain before */
    fa_node *joined = NULL; /* owned */
    size_t count;
    fa_box **boxes = list_boxes(chain, &count); /* owned */

    if (boxes == NULL) {
        return PyErr_NoMemory();
    }
    const fa_authority *authority;
    if (fa_authority_get(&authority) < 0 || fa_chain_get(here, NULL, &own) < 0) {
        goto done;
    }
    const struct fa_barrier *within = authority->barrier;
    joined = fa_chain_join(here, own, boxes, count);
    token = joined == NULL ? NULL : fa_chain_swap(here, joined, own);
    if (token == NULL) {
        goto done;
    }
    fa_base *base = push_base(thread, chain, within);
    if (base != NULL) {
        fa_authority_forget();
        result = body(data);
    }

    PyObject *raised = PyErr_GetRaisedException();
    if (base != NULL) {
        remove_base(thread, base);
    }
    if (fa_chain_reset(here, token, own) < 0) {
        PyErr_Clear(); /* another context is current than before: it stays as it is, the narrower side */
    }
    fa_authority_forget();
    PyErr_SetRaisedException(raised);

done:
    PyMem_Free(boxes);
    Py_XDECREF(token);
    Py_XDECREF(joined);
    Py_XDECREF(own);
    return result;
}

typedef struct call {
    PyObject *callable; /* borrowed, as all of them */
    PyObject *const *args;
    size_t flags;
    PyObject *names;
    bool tells;
} call;

static PyObject *
make_call(void *data)
{
    const call *c = data;
    PyObject *result = PyObject_Vectorcall(c->callable, c->args, c->flags, c->names);
    if (FA_UNLIKELY(result == NULL) && c->tells &&
        fa_failures_tell(fa_state_here(), c->callable, c->args, PyVectorcall_NARGS(c->flags))) {
        result = Py_NewRef(Py_None);
    }
    return result;
}

static PyObject *
carrier_call(PyObject *object, PyObject *const *args, size_t flags, PyObject *names)
{
    carrier *self = (carrier *)object;
    fa_interpreter *here = fa_state_here();
    call c = {self->callable, args, flags, names, self->tells && here != NULL};
    if (self->chain == NULL || here == NULL) {
        return make_call(&c);
    }
    return fa_carry_run(here, self->chain, make_call, &c);
}

PyObject *
fa_carry_new(fa_interpreter *here, PyObject *callable, fa_node *chain)
{
    carrier *self = (carrier *)here->carrier_type->tp_alloc(here->carrier_type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->call = carrier_call;
    self->callable = Py_NewRef(callable);
    self->chain = (fa_node *)Py_XNewRef(chain);
    return (PyObject *)self;
}

PyObject *
fa_carry_new_for_loop(fa_interpreter *here, PyObject *callable, fa_node *chain)
{
    PyObject *made = fa_carry_new(here, callable, chain);
    if (made != NULL) {
        ((carrier *)made)->tells = true;
    }
    return made;
}

PyObject *
fa_carry_here(fa_interpreter *here, PyObject *callable)
{
    const fa_authority *authority;
    int found = fa_authority_get(&authority);
    if (found <= 0 || authority->box_count == 0) {
        return found < 0 ? NULL : Py_NewRef(callable);
    }
    if (Py_IS_TYPE(callable, here->carrier_type) &&
        fa_chain_has_all(((carrier *)callable)->chain, authority->boxes, authority->box_count)) {
        return Py_NewRef(callable); /* else taking it out and putting it back would nest without end */
    }
    fa_node *chain = fa_authority_chain(here, authority); /* owned */
    PyObject *result = chain == NULL ? NULL : fa_carry_new(here, callable, chain);
    Py_XDECREF(chain);
    return result;
}

PyObject *
fa_carry_in_place(fa_interpreter *here, PyObject *callable, PyObject *before)
{
    bool carries = Py_IS_TYPE(before, here->carrier_type);
    PyObject *replaced = carries ? ((carrier *)before)->replaced : before; /* borrowed */
    if (carries && callable == replaced) {
        return Py_NewRef(callable); /* it was there first: the host put it there */
    }
    PyObject *made = fa_carry_here(here, callable);
    if (made != NULL && made != callable && replaced != NULL && replaced != Py_None) {
        ((carrier *)made)->replaced = Py_NewRef(replaced);
    }
    return made;
}

fa_node *
fa_carry_chain(fa_interpreter *here, PyObject *object)
{
    return Py_IS_TYPE(object, here->carrier_type) ? ((carrier *)object)->chain : NULL;
}

PyObject *
fa_carry_shown(fa_interpreter *here, PyObject *object)
{
    const fa_authority *authority;
    const fa_node *node = object == NULL ? NULL : fa_carry_chain(here, object); /* borrowed, as are the boxes in force */
    if (node == NULL) {
        return object;
    }
    int found = fa_authority_get(&authority);
    bool its_own = found > 0 && authority->box_count > 0 && fa_authority_covers(authority, node);
    if (its_own || found < 0) {
        PyObject *callable = ((carrier *)object)->callable; /* borrowed; the collector may have taken it away */
        Py_SETREF(object, found < 0 ? NULL : Py_NewRef(callable == NULL ? Py_None : callable));
    }
    return object;
}

PyObject *
fa_carry_call(fa_interpreter *here, fa_node *chain, PyObject *callable, PyObject *const *args, size_t flags,
              PyObject *names)
{
    call c = {callable, args, flags, names, false};
    return fa_carry_run(here, chain, make_call, &c);
}

static int
carrier_traverse(PyObject *object, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(((carrier *)object)->callable);
    Py_VISIT(((carrier *)object)->replaced);
    return 0;
}

static int
carrier_clear(PyObject *object)
{
    Py_CLEAR(((carrier *)object)->callable);
    Py_CLEAR(((carrier *)object)->replaced);
    return 0;
}

static void
carrier_dealloc(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    (void)carrier_clear(object);
    Py_XDECREF(((carrier *)object)->chain);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyObject *
show_callable(void *object)
{
    return PyUnicode_FromFormat("<carried %R>", ((carrier *)object)->callable);
}

static PyObject *
carrier_repr(PyObject *object)
{
    fa_node *chain = ((carrier *)object)->chain;
    fa_interpreter *here = fa_state_here();
    return chain == NULL || here == NULL ? show_callable(object) : fa_carry_run(here, chain, show_callable, object);
}

static PyType_Slot carrier_slots[] = {
    {Py_tp_dealloc, carrier_dealloc},
    {Py_tp_traverse, carrier_traverse},
    {Py_tp_clear, carrier_clear},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_repr, carrier_repr},
    {Py_tp_members, (PyMemberDef[]){
        {"__vectorcalloffset__", T_PYSSIZET, offsetof(carrier, call), READONLY, NULL},
        {"__wrapped__", T_OBJECT, offsetof(carrier, callable), READONLY, NULL},
        {NULL, 0, 0, 0, NULL},
    }},
    {Py_tp_doc, "A callable with the authority it came with."},
    {0, NULL},
};

static PyType_Spec carrier_spec = {
    .name = "fastaudit._core.Carrier",
    .basicsize = sizeof(carrier),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL
        | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = carrier_slots,
};

int
fa_carry_exec(fa_interpreter *here, PyObject *module)
{
    here->carrier_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &carrier_spec, NULL);
    return here->carrier_type == NULL ? -1 : 0;
}
