/* sanitized_python.c: the interpreter, with the sanitizers' runtimes ahead of everything else. */
#include <Python.h>

/* Built in and not set from outside, since tests start Python with environments of their own. What CPython
 * itself never frees is no leak of ours; a test preloads a library before the runtimes. */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

const char *
__asan_default_options(void)
{
    return "detect_leaks=0:verify_asan_link_order=0:detect_stack_use_after_return=1:strict_string_checks=1:"
           "check_initialization_order=1:allocator_may_return_null=1";
}

const char *
__ubsan_default_options(void)
{
    return "halt_on_error=1:print_stacktrace=1";
}

int
main(int argc, char **argv)
{
    PyPreConfig config;
    PyPreConfig_InitPythonConfig(&config);
    config.allocator = PYMEM_ALLOCATOR_MALLOC; /* so that the sanitizer sees every object */
    PyStatus status = Py_PreInitializeFromBytesArgs(&config, argc, argv);
    if (PyStatus_Exception(status)) {
        Py_ExitStatusException(status);
    }
    return Py_BytesMain(argc, argv);
}
