/* listing.c: the entries of a folder that was asked for by a name which counts from a directory. */
#include "interpose/listing.h"

typedef struct listing {
    PyObject_HEAD
    PyObject *entries; /* owned: the iterator of the absolute name */
    PyObject *prefix;  /* owned str or bytes: what the caller gave, with the slash that belongs behind it */
} listing;

/* Where a DirEntry keeps its path. The type says so in its public member, of which only the setter is
 * missing. NULL with an exception set. */
static PyObject **
find_path(PyObject *entry)
{
    PyObject *found = PyObject_GetAttrString((PyObject *)Py_TYPE(entry), "path"); /* owned */
    PyObject **place = NULL;

    if (found != NULL && Py_IS_TYPE(found, &PyMemberDescr_Type) && PyDescr_TYPE(found) == Py_TYPE(entry) &&
        ((PyMemberDescrObject *)found)->d_member->type == T_OBJECT_EX) {
        place = (PyObject **)((char *)entry + ((PyMemberDescrObject *)found)->d_member->offset);
    }
    else if (found != NULL) {
        PyErr_SetString(PyExc_SystemError, "this Python's os.DirEntry keeps its path in a way unknown to fastaudit");
    }
    Py_XDECREF(found);
    return place;
}

static PyObject *
listing_next(PyObject *self)
{
    PyObject *prefix = ((listing *)self)->prefix;
    PyObject *entry = PyIter_Next(((listing *)self)->entries); /* owned */
    PyObject **place = entry == NULL ? NULL : find_path(entry);

    if (place == NULL) {
        Py_XDECREF(entry);
        return NULL;
    }
    PyObject *name = PyObject_GetAttrString(entry, "name"); /* owned */
    PyObject *path = name == NULL ? NULL : PySequence_Concat(prefix, name);
    Py_XDECREF(name);
    if (path == NULL) {
        Py_DECREF(entry);
        return NULL;
    }
    Py_SETREF(*place, path);
    return entry;
}

static PyObject *
listing_close(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return PyObject_CallMethod(((listing *)self)->entries, "close", NULL);
}

static PyObject *
listing_enter(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return Py_NewRef(self);
}

static PyObject *
listing_exit(PyObject *self, PyObject *Py_UNUSED(args))
{
    return listing_close(self, NULL);
}

static void
listing_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    Py_CLEAR(((listing *)self)->entries);
    Py_CLEAR(((listing *)self)->prefix);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef listing_methods[] = {
    {"close", listing_close, METH_NOARGS, "Close the folder; there are no entries after that."},
    {"__enter__", listing_enter, METH_NOARGS, NULL},
    {"__exit__", listing_exit, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot listing_slots[] = {
    {Py_tp_dealloc, listing_dealloc},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, listing_next},
    {Py_tp_methods, listing_methods},
    {0, NULL},
};

static PyType_Spec listing_spec = {
    .name = "fastaudit._core.ScandirIterator",
    .basicsize = sizeof(listing),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = listing_slots,
};

int
fa_listing_setup(fa_interpreter *here)
{
    if (here->listing_type == NULL) { /* else putting things in place failed further on, and begins again */
        here->listing_type = (PyTypeObject *)PyType_FromSpec(&listing_spec);
    }
    return here->listing_type == NULL ? -1 : 0;
}

/* A slash where there is none, as os.scandir() itself joins them. */
static PyObject *
make_prefix(PyObject *given)
{
    if (PyBytes_Check(given)) {
        Py_ssize_t length = PyBytes_GET_SIZE(given);
        const char *bytes = PyBytes_AS_STRING(given);
        bool closed = length > 0 && bytes[length - 1] == '/';
        return PyBytes_FromFormat("%s%s", bytes, closed ? "" : "/");
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(given);
    bool closed = length > 0 && PyUnicode_READ_CHAR(given, length - 1) == '/';
    return PyUnicode_FromFormat("%U%s", given, closed ? "" : "/");
}

PyObject *
fa_listing_new(fa_interpreter *here, PyObject *entries, PyObject *given)
{
    listing *self = (listing *)here->listing_type->tp_alloc(here->listing_type, 0);
    if (self == NULL) {
        Py_DECREF(entries);
        return NULL;
    }
    self->entries = entries;
    self->prefix = make_prefix(given);
    if (self->prefix == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}
