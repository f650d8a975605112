/* hub_arrivals.c: a list of links of gevent's, as code in a sandbox sees it: what it adds carries. */
#include "interpose/hub_arrivals.h"

#include "interpose/hub_callback.h"

/* While an event notifies those who wait for it, whoever comes adds himself to a list that lies among the arguments of a callback,
 * and takes himself out again: gevent does no more with it than that, and does it by these two methods. */

typedef struct arrivals {
    PyObject_HEAD
    PyObject *links; /* owned list */
} arrivals;

static PyTypeObject *arrivals_type; /* owned; written once: gevent works in one interpreter only */

static PyObject *
append(PyObject *self, PyObject *link)
{
    fa_interpreter *here = fa_state_here();
    PyObject *ours = here == NULL ? Py_NewRef(link) : fa_hub_callback_here(here, link); /* owned */
    int status = ours == NULL ? -1 : PyList_Append(((arrivals *)self)->links, ours);
    Py_XDECREF(ours);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
take_out(PyObject *self, PyObject *link)
{
    return PyObject_CallMethod(((arrivals *)self)->links, "remove", "O", link);
}

static Py_ssize_t
length(PyObject *self)
{
    return PyList_GET_SIZE(((arrivals *)self)->links);
}

static int
arrivals_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((arrivals *)self)->links);
    return 0;
}

static void
arrivals_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_DECREF(((arrivals *)self)->links);
    type->tp_free(self);
    Py_DECREF(type);
}

PyObject *
fa_hub_arrivals_in(PyObject *args)
{
    PyObject *shown = PyTuple_New(PyTuple_GET_SIZE(args));
    for (Py_ssize_t i = 0; shown != NULL && i < PyTuple_GET_SIZE(args); i++) {
        PyObject *item = Py_NewRef(PyTuple_GET_ITEM(args, i)); /* owned */
        if (PyList_CheckExact(item)) {
            arrivals *made = (arrivals *)arrivals_type->tp_alloc(arrivals_type, 0);
            if (made == NULL) {
                Py_DECREF(item);
                Py_CLEAR(shown);
                break;
            }
            made->links = item;
            item = (PyObject *)made;
        }
        PyTuple_SET_ITEM(shown, i, item);
    }
    return shown;
}

static PyType_Slot arrivals_slots[] = {
    {Py_tp_dealloc, arrivals_dealloc},
    {Py_tp_traverse, arrivals_traverse},
    {Py_tp_methods, (PyMethodDef[]){
        {"append", append, METH_O, NULL},
        {"remove", take_out, METH_O, NULL},
        {NULL, NULL, 0, NULL},
    }},
    {Py_sq_length, length},
    {0, NULL},
};

static PyType_Spec arrivals_spec = {
    .name = "fastaudit._core.HubArrivals",
    .basicsize = sizeof(arrivals),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = arrivals_slots,
};

int
fa_hub_arrivals_install(void)
{
    if (arrivals_type == NULL) {
        arrivals_type = (PyTypeObject *)PyType_FromSpec(&arrivals_spec);
    }
    return arrivals_type == NULL ? -1 : 0;
}
