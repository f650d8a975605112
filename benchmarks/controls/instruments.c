/* instruments.c: what the measurements need from C: events without Python around them, counts, and heap sizes. */
#include <Python.h>

#include <fcntl.h>
#include <malloc.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__has_include)
#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#endif
#endif

/* raise_events(name, operand, number): raise the same event so many times, as C code raises its own. */
static PyObject *
raise_events(PyObject *self, PyObject *args)
{
    const char *name;
    PyObject *operand; /* borrowed */
    Py_ssize_t number;
    (void)self;
    if (!PyArg_ParseTuple(args, "sOn", &name, &operand, &number)) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < number; i++) {
        if (PySys_Audit(name, "OO", operand, Py_None) < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

/* raise_opens(path, number): the event that opening a file for reading raises, without the opening. */
static PyObject *
raise_opens(PyObject *self, PyObject *args)
{
    PyObject *path; /* borrowed */
    Py_ssize_t number;
    (void)self;
    if (!PyArg_ParseTuple(args, "On", &path, &number)) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < number; i++) {
        if (PySys_Audit("open", "OOi", path, Py_None, 0) < 0) {
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

/* heap(): bytes that malloc has handed out. Means something under PYTHONMALLOC=malloc. */
static PyObject *
heap(PyObject *self, PyObject *ignored)
{
    (void)self;
    (void)ignored;
    struct mallinfo2 info = mallinfo2();
    return PyLong_FromSize_t(info.uordblks + info.hblkhd);
}

/* knows_openat2(): whether openat2 is there; old kernels and old versions of valgrind lack it. */
static PyObject *
knows_openat2(PyObject *self, PyObject *ignored)
{
    struct {
        unsigned long long flags, mode, resolve;
    } how = {.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC};
    int fd = (int)syscall(SYS_openat2, AT_FDCWD, "/", &how, sizeof(how));
    (void)self;
    (void)ignored;
    if (fd >= 0) {
        close(fd);
    }
    return PyBool_FromLong(fd >= 0);
}

/* counting(True or False): begin counting instructions, or end and write the count; for callgrind. */
static PyObject *
counting(PyObject *self, PyObject *on)
{
    (void)self;
#ifdef CALLGRIND_START_INSTRUMENTATION
    if (PyObject_IsTrue(on)) {
        CALLGRIND_START_INSTRUMENTATION;
        CALLGRIND_ZERO_STATS;
    }
    else {
        CALLGRIND_DUMP_STATS;
        CALLGRIND_STOP_INSTRUMENTATION;
    }
    Py_RETURN_NONE;
#else
    (void)on;
    PyErr_SetString(PyExc_NotImplementedError, "built without the headers of valgrind");
    return NULL;
#endif
}

static PyMethodDef methods[] = {
    {"raise_events", raise_events, METH_VARARGS, NULL},
    {"raise_opens", raise_opens, METH_VARARGS, NULL},
    {"heap", heap, METH_NOARGS, NULL},
    {"knows_openat2", knows_openat2, METH_NOARGS, NULL},
    {"counting", counting, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "instruments", .m_size = 0, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_instruments(void);

PyMODINIT_FUNC
PyInit_instruments(void)
{
    return PyModuleDef_Init(&module);
}
