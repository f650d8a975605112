/* location_type.c: Location, a place in Python code as a named value: file, line, function. */
#include "enforce/location_type.h"

enum { FILE_AT, LINE_AT, FUNCTION_AT, ITEMS };

PyObject *
fa_location_type_text(const char *text)
{
    if (text == NULL) {
        Py_RETURN_NONE;
    }
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "surrogateescape");
}

/* `items` is stolen; NULL is passed on. */
static PyObject *
from_items(PyTypeObject *type, PyObject *items)
{
    PyObject *args = items == NULL ? NULL : PyTuple_Pack(1, items); /* owned */
    PyObject *self = args == NULL ? NULL : PyTuple_Type.tp_new(type, args, NULL);
    Py_XDECREF(items);
    Py_XDECREF(args);
    return self;
}

static PyObject *
location_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"file", "line", "function", NULL};
    PyObject *file, *line, *function; /* borrowed */
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOO:Location", names, &file, &line, &function)) {
        return NULL;
    }
    if (!PyUnicode_CheckExact(file) || !PyLong_CheckExact(line)
        || (function != Py_None && !PyUnicode_CheckExact(function))) {
        PyErr_SetString(PyExc_TypeError, "Location takes a str, an int, and a str or None");
        return NULL;
    }
    return from_items(type, PyTuple_Pack(ITEMS, file, line, function));
}

PyObject *
fa_location_type_make(PyTypeObject *type, const fa_where *where)
{
    if (where->file == NULL) {
        Py_RETURN_NONE;
    }
    PyObject *file = fa_location_type_text(where->file);         /* owned */
    PyObject *function = fa_location_type_text(where->function); /* owned */
    PyObject *line = PyLong_FromLong(where->line);               /* owned */
    PyObject *self = NULL;
    if (file != NULL && function != NULL && line != NULL) {
        self = from_items(type, PyTuple_Pack(ITEMS, file, line, function));
    }
    Py_XDECREF(file);
    Py_XDECREF(function);
    Py_XDECREF(line);
    return self;
}

static PyObject *
location_get(PyObject *self, void *closure)
{
    return Py_NewRef(PyTuple_GET_ITEM(self, (Py_ssize_t)(intptr_t)closure));
}

static PyObject *
location_str(PyObject *self)
{
    PyObject *file = PyTuple_GET_ITEM(self, FILE_AT);         /* borrowed */
    PyObject *line = PyTuple_GET_ITEM(self, LINE_AT);         /* borrowed */
    PyObject *function = PyTuple_GET_ITEM(self, FUNCTION_AT); /* borrowed */
    return function == Py_None ? PyUnicode_FromFormat("%U:%S", file, line)
                               : PyUnicode_FromFormat("%U:%S in %U", file, line, function);
}

static PyObject *
location_repr(PyObject *self)
{
    return PyUnicode_FromFormat("Location(file=%R, line=%R, function=%R)", PyTuple_GET_ITEM(self, FILE_AT),
                                PyTuple_GET_ITEM(self, LINE_AT), PyTuple_GET_ITEM(self, FUNCTION_AT));
}

static PyObject *
location_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("O(OOO)", Py_TYPE(self), PyTuple_GET_ITEM(self, FILE_AT),
                         PyTuple_GET_ITEM(self, LINE_AT), PyTuple_GET_ITEM(self, FUNCTION_AT));
}

static int
location_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return PyTuple_Type.tp_traverse(self, visit, arg);
}

static PyGetSetDef location_fields[] = {
    {"file", location_get, NULL, "The file, as its code object names it.", (void *)(intptr_t)FILE_AT},
    {"line", location_get, NULL, "The line; 0 when it is not known.", (void *)(intptr_t)LINE_AT},
    {"function", location_get, NULL, "The function's name, or None.", (void *)(intptr_t)FUNCTION_AT},
    {NULL},
};

static PyMethodDef location_methods[] = {
    {"__reduce__", location_reduce, METH_NOARGS, NULL},
    {NULL},
};

static PyType_Slot location_slots[] = {
    {Py_tp_doc, "Location(file, line, function)\n--\n\nA place in Python code: a tuple with names."},
    {Py_tp_new, location_new},
    {Py_tp_str, location_str},
    {Py_tp_repr, location_repr},
    {Py_tp_traverse, location_traverse},
    {Py_tp_getset, location_fields},
    {Py_tp_methods, location_methods},
    {0, NULL},
};

static PyType_Spec location_spec = {
    .name = "fastaudit._core.Location",
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = location_slots,
};

PyObject *
fa_location_type_new(PyObject *module)
{
    return PyType_FromModuleAndSpec(module, &location_spec, (PyObject *)&PyTuple_Type);
}
