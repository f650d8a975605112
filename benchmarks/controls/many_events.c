/* many_events.c: raises events in a loop of C, touching no object that threads share. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* events(count): an event that no library knows. */
static PyObject *
events(PyObject *Py_UNUSED(module), PyObject *count)
{
    for (long left = PyLong_AsLong(count); left > 0; left--) {
        if (PySys_Audit("benchmarks.event", "i", 1) < 0) {
            return NULL;
        }
    }
    return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

/* openings(count, path): the event of opening a file for reading, which opens nothing. */
static PyObject *
openings(PyObject *Py_UNUSED(module), PyObject *args)
{
    long count;
    const char *path;
    if (!PyArg_ParseTuple(args, "ls", &count, &path)) {
        return NULL;
    }
    for (; count > 0; count--) {
        if (PySys_Audit("open", "sOi", path, Py_None, 0) < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

static int
empty_hook(const char *Py_UNUSED(name), PyObject *Py_UNUSED(args), void *Py_UNUSED(data))
{
    return 0;
}

/* hook(): add an empty hook, the floor that any hook pays. */
static PyObject *
hook(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
    return PySys_AddAuditHook(empty_hook, NULL) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyMethodDef methods[] = {
    {"events", events, METH_O, NULL},
    {"openings", openings, METH_VARARGS, NULL},
    {"hook", hook, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "many_events", .m_size = 0, .m_methods = methods, .m_slots = slots,
};

PyMODINIT_FUNC
PyInit_many_events(void)
{
    return PyModuleDef_Init(&module);
}
