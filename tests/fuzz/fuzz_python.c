/* fuzz_python.c: the interpreter with the core built in, and hostile.py, which turns bytes into events. */
#include "support/compat.h"

#include "feed.h"

#define REPLAYS 8

PyMODINIT_FUNC PyInit__core(void);

/* What the address sanitizer counts; without it nothing is looked at. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static PyObject *run_one, *run_collect; /* owned for good */

static const char setup[] =
    "import sys\n"
    "sys.path[:0] = [FUZZ_FOLDER, SOURCE_ROOT]\n"
    "import fastaudit\n"
    "assert fastaudit._core.__spec__.origin == 'built-in'\n";

static void
must(bool holds, const char *sentence)
{
    if (!holds) {
        if (PyErr_Occurred()) {
            PyErr_Print();
        }
        MUST(holds, sentence);
    }
}

static void
start(void)
{
    PyPreConfig early;
    PyConfig config;
    PyPreConfig_InitPythonConfig(&early);
    early.allocator = PYMEM_ALLOCATOR_MALLOC; /* so that the sanitizer sees every object */
    early.utf8_mode = 1;
    MUST(!PyStatus_Exception(Py_PreInitialize(&early)), "Python starts");
    MUST(PyImport_AppendInittab("fastaudit._core", PyInit__core) == 0, "the core is built in");
    PyConfig_InitPythonConfig(&config);
    config.parse_argv = 0;
    config.install_signal_handlers = 0;
    config.write_bytecode = 0;
    config.site_import = 0; /* an editable install of the package would be found before the one built in */
    PyConfig_SetBytesString(&config, &config.program_name, PYTHON);
    MUST(!PyStatus_Exception(Py_InitializeFromConfig(&config)), "Python starts");
    PyConfig_Clear(&config);
    PyObject *names = PyDict_New();
    must(names != NULL && PyDict_SetItemString(names, "__builtins__", PyEval_GetBuiltins()) == 0 &&
             PyDict_SetItemString(names, "FUZZ_FOLDER", PyUnicode_FromString(FUZZ_FOLDER)) == 0 &&
             PyDict_SetItemString(names, "SOURCE_ROOT", PyUnicode_FromString(SOURCE_ROOT)) == 0,
         "names can be set");
    PyObject *done = PyRun_String(setup, Py_file_input, names, names);
    must(done != NULL, "the package can be imported");
    PyObject *module = PyImport_ImportModule("hostile");
    must(module != NULL, "hostile.py is there");
    run_one = PyObject_GetAttrString(module, "one");
    run_collect = PyObject_GetAttrString(module, "collect");
    must(run_one != NULL && run_collect != NULL, "it has its functions");
}

static void
run(const uint8_t *data, size_t size)
{
    PyObject *done = PyObject_CallFunction(run_one, "y#", (const char *)data, (Py_ssize_t)size);
    must(done != NULL, "what hostile.py says holds");
    Py_DECREF(done);
}

static size_t
allocated(void)
{
    PyObject *done = PyObject_CallNoArgs(run_collect);
    must(done != NULL, "what is garbage can be collected");
    Py_DECREF(done);
    return __sanitizer_get_current_allocated_bytes();
}

/* The same input again and again: memory that grows each time is lost. */
static void
look_for_leaks(const uint8_t *data, size_t size)
{
    unsigned grew = 0;
    run(data, size);
    run(data, size);
    size_t before = allocated();
    for (int i = 0; i < REPLAYS; i++) {
        run(data, size);
        size_t now = allocated();
        grew += now > before;
        before = now;
    }
    MUST(grew < REPLAYS, "an event leaves no memory behind");
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    if (run_one == NULL) {
        start();
    }
    return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    LLVMFuzzerInitialize(NULL, NULL);
    unsigned sum = 0;
    for (size_t i = 0; i < size; i++) {
        sum += data[i];
    }
    run(data, size);
    if (sum % 64 == 7 && __sanitizer_get_current_allocated_bytes != NULL) {
        look_for_leaks(data, size);
    }
    return 0;
}
