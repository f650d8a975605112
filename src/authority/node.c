/* node.c: the type of node: made by the chain alone, and taken apart however long that is. */
#include "authority/node.h"

#include "authority/bodies.h"
#include "authority/gate.h"

/* Nodes whose last reference went while this thread takes another one apart, linked by `outer`; their own
 * outer node lies in `box`. */
static FA_THREAD_LOCAL fa_node *dying;
static FA_THREAD_LOCAL bool takes_apart;

/* A node without its box: let go of the outer one. Chains can be long, and C stacks are not, so what dies of
 * that is put into `dying` and taken apart in this loop. (Nobody may look at a reference count to tell
 * beforehand: without a GIL, another thread may let go at the same moment.) */
static void
drop_outer(fa_node *node)
{
    fa_node *outer = node->outer; /* owned */
    PyObject_Free(node);
    takes_apart = true;
    while (outer != NULL) {
        Py_DECREF(outer);
        fa_node *next = dying;
        outer = NULL;
        if (next != NULL) {
            dying = next->outer;
            outer = (fa_node *)next->box;
            PyObject_Free(next);
        }
    }
    takes_apart = false;
}

static void
node_dealloc(PyObject *self)
{
    fa_node *node = (fa_node *)self;
    PyTypeObject *type = Py_TYPE(node);
    if (node->box != NULL) {
        fa_gate_remove();
        if (fa_compat_add(&node->box->nodes, (unsigned)-1) == 1 && !fa_bodies_need_anchor(node->box)) {
            fa_scope_drop_anchor(node->box); /* in force nowhere: nobody asks who may end it */
        }
        Py_DECREF(node->box);
    }
    if (node->outer == NULL) {
        fa_interpreter *here = fa_state_here();
        fa_spare_drop(here == NULL ? NULL : &here->spare[FA_SPARE_NODE], node);
    }
    else if (takes_apart) {
        node->box = (fa_box *)node->outer;
        node->outer = dying;
        dying = node;
    }
    else {
        drop_outer(node);
    }
    Py_DECREF(type);
}

static PyObject *
node_repr(PyObject *self)
{
    return PyUnicode_FromString(((fa_node *)self)->box == NULL ? "<fastaudit: no scope>"
                                                               : "<fastaudit: a scope>");
}

static PyType_Slot node_slots[] = {
    {Py_tp_dealloc, node_dealloc},
    {Py_tp_repr, node_repr},
    {Py_tp_doc, "A scope's place in a context. Python code can neither make nor change one."},
    {0, NULL},
};

static PyType_Spec node_spec = {
    .name = "fastaudit._core.Node",
    .basicsize = sizeof(fa_node),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = node_slots,
};

int
fa_node_exec(fa_interpreter *here, PyObject *module)
{
    here->node_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &node_spec, NULL);
    if (here->node_type == NULL) {
        return -1;
    }
    fa_node *empty = PyObject_New(fa_node, here->node_type);
    if (empty == NULL) {
        return -1;
    }
    empty->outer = NULL;
    empty->box = NULL;
    here->empty_node = (PyObject *)empty;
    return 0;
}
