/* loading.c: interposes extension modules that nobody may need, once somebody does. */
#include "interpose/loading.h"

#include "interpose/certificates.h"
#include "interpose/databases.h"
#include "interpose/file_signals.h"
#include "interpose/files.h"
#include "interpose/greenlets.h"
#include "interpose/interpose.h"
#include "interpose/interpreters.h"
#include "interpose/known.h"
#include "interpose/line_editor.h"
#include "interpose/passwords.h"
#include "interpose/shared_memory.h"
#include "interpose/uvloop.h"

static const struct {
    const char *name;
    int (*install)(PyObject *module);
} awaited[] = {
    {"_sqlite3", fa_databases_install},
    {"_interpreters", fa_interpreters_install},
    {"_xxsubinterpreters", fa_interpreters_install},
    {"readline", fa_line_editor_install},
    {"spwd", fa_passwords_install},
    {"_ssl", fa_certificates_install},
    {"_posixshmem", fa_shared_memory_install},
    {"_multiprocessing", fa_semaphores_install},
    {"fcntl", fa_file_signals_install},
    {"greenlet._greenlet", fa_greenlets_install},
    {"_greenlet", fa_greenlets_install}, /* as its definition has it */
    {"uvloop.loop", fa_uvloop_install},
    {"loop", fa_uvloop_install}, /* as its definition has it */
    {"_io", fa_files_install_in}, /* its types are made anew wherever somebody executes it again */
    {"io", fa_files_install_in},  /* as its definition has it */
};

enum { AWAITED_COUNT = sizeof(awaited) / sizeof(*awaited) };

/* Whether the module that has just been executed is the one called so. Its own name can be taken away from it
 * before; that of its definition cannot. */
static bool
is_called(PyObject *module, const char *name)
{
    PyModuleDef *definition = PyModule_GetDef(module); /* borrowed; NULL with an exception for none */
    const char *shown = PyModule_GetName(module);
    PyErr_Clear();
    return (shown != NULL && strcmp(shown, name) == 0) ||
           (definition != NULL && definition->m_name != NULL && strcmp(definition->m_name, name) == 0);
}

/* A module has been executed. */
static int
install_into(PyObject *module)
{
    for (int i = 0; PyModule_Check(module) && i < AWAITED_COUNT; i++) {
        if (is_called(module, awaited[i].name)) {
            return awaited[i].install(module);
        }
    }
    return 0;
}

/* These two stand in for _imp.exec_dynamic and _imp.exec_builtin also while no scope is alive: what is
 * loaded now is there when one is. */
static fa_patch dynamic_patch, builtin_patch;

static PyObject *
exec_by(const fa_patch *patch, PyObject *self, PyObject *module)
{
    PyObject *result = fa_interpose_call(patch, self, &module, 1, NULL);
    if (result != NULL && install_into(module) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *
exec_dynamic(PyObject *self, PyObject *module)
{
    return exec_by(&dynamic_patch, self, module);
}

static PyObject *
exec_builtin(PyObject *self, PyObject *module)
{
    return exec_by(&builtin_patch, self, module);
}

static fa_patch dynamic_patch = {.stub = {[1] = (void (*)(void))exec_dynamic}};
static fa_patch builtin_patch = {.stub = {[1] = (void (*)(void))exec_builtin}};

int
fa_loading_install(void)
{
    if (fa_interpose_named(&dynamic_patch, "_imp", NULL, "exec_dynamic") < 0 ||
        fa_interpose_named(&builtin_patch, "_imp", NULL, "exec_builtin") < 0) {
        return -1;
    }
    for (int i = 0; i < AWAITED_COUNT; i++) {
        PyObject *module = fa_known_module(awaited[i].name); /* owned */
        int status = module == NULL ? 0 : install_into(module);
        Py_XDECREF(module);
        if (status < 0) {
            return -1;
        }
    }
    return 0;
}
