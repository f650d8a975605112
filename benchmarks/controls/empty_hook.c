/* empty_hook.c: a hook that does nothing: the floor that any hook pays. */
#include <Python.h>

static int
hook(const char *name, PyObject *args, void *data)
{
    (void)name;
    (void)args;
    (void)data;
    return 0;
}

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "empty_hook", .m_size = 0};

PyMODINIT_FUNC PyInit_empty_hook(void);

PyMODINIT_FUNC
PyInit_empty_hook(void)
{
    return PySys_AddAuditHook(hook, NULL) < 0 ? NULL : PyModuleDef_Init(&module);
}
