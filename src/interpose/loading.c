/* loading.c: interposes extension modules that nobody may need, once somebody does. */
#include "interpose/loading.h"

#include "interpose/certificates.h"
#include "interpose/databases.h"
#include "interpose/file_signals.h"
#include "interpose/files.h"
#include "interpose/gevent_hub.h"
#include "interpose/greenlets.h"
#include "interpose/interpose.h"
#include "interpose/interpreters.h"
#include "interpose/known.h"
#include "interpose/line_editor.h"
#include "interpose/passwords.h"
#include "interpose/shared_memory.h"
#include "interpose/uvloop.h"

/* A module has its functions from the moment it is made, and its types when it was executed. */
typedef int (*installer)(PyObject *module);

static const struct {
    const char *name;
    installer install; /* when it was executed */
    installer begin;   /* when it was made; or NULL: what it has by then does no harm */
} awaited[] = {
    {"_sqlite3", fa_databases_install, NULL},
    {"_interpreters", fa_interpreters_install, fa_interpreters_install},
    {"_xxsubinterpreters", fa_interpreters_install, fa_interpreters_install},
    {"readline", fa_line_editor_install, fa_line_editor_install},
    {"spwd", fa_passwords_install, fa_passwords_install},
    {"_ssl", fa_certificates_install, fa_certificates_begin},
    {"_posixshmem", fa_shared_memory_install, fa_shared_memory_install},
    {"_multiprocessing", fa_semaphores_install, fa_semaphores_begin},
    {"fcntl", fa_file_signals_install, fa_file_signals_install},
    {"greenlet._greenlet", fa_greenlets_install, NULL},
    {"_greenlet", fa_greenlets_install, NULL}, /* as its definition has it */
    {"gevent.libev.corecext", fa_gevent_hub_install_loop, NULL},
    {"corecext", fa_gevent_hub_install_loop, NULL}, /* as its definition has it; so are the others twice */
    {"gevent._gevent_c_abstract_linkable", fa_gevent_hub_install_linkable, NULL},
    {"_gevent_c_abstract_linkable", fa_gevent_hub_install_linkable, NULL},
    {"gevent._gevent_cgreenlet", fa_gevent_hub_install_greenlet, NULL},
    {"_gevent_cgreenlet", fa_gevent_hub_install_greenlet, NULL},
    {"gevent._gevent_c_waiter", fa_gevent_hub_install_waiter, NULL},
    {"_gevent_c_waiter", fa_gevent_hub_install_waiter, NULL},
    {"gevent._gevent_c_greenlet_primitives", fa_gevent_hub_install_switching, NULL},
    {"_gevent_c_greenlet_primitives", fa_gevent_hub_install_switching, NULL},
    {"uvloop.loop", fa_uvloop_install, NULL},
    {"loop", fa_uvloop_install, NULL}, /* as its definition has it */
    {"_io", fa_files_install_in, NULL}, /* its types are made anew wherever somebody executes it again */
    {"io", fa_files_install_in, NULL},  /* as its definition has it */
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

/* A module has been made, or executed. */
static int
install_into(PyObject *module, bool made)
{
    for (int i = 0; PyModule_Check(module) && i < AWAITED_COUNT; i++) {
        if (is_called(module, awaited[i].name)) {
            installer install = made ? awaited[i].begin : awaited[i].install;
            return install == NULL ? 0 : install(module);
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
    if (result != NULL && install_into(module, false) < 0) {
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

/* Nobody but a guest leaves a module as it was made. */
static PyObject *
create_by(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *module = fa_interpose_call(patch, self, args, count, names);
    if (module != NULL && install_into(module, true) < 0) {
        Py_CLEAR(module);
    }
    return module;
}

#define CREATES(NAME)                                                                              \
    static PyObject *NAME(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);                  \
    FA_INTERPOSED(NAME, NAME);                                                                     \
    static PyObject *NAME(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) \
    {                                                                                              \
        return create_by(&NAME##_patch, self, args, count, names);                                 \
    }

CREATES(create_dynamic)
CREATES(create_builtin)

int
fa_loading_install(void)
{
    if (fa_interpose_named(&create_dynamic_patch, "_imp", NULL, "create_dynamic") < 0 ||
        fa_interpose_named(&create_builtin_patch, "_imp", NULL, "create_builtin") < 0) {
        return -1;
    }
    if (fa_interpose_named(&dynamic_patch, "_imp", NULL, "exec_dynamic") < 0 ||
        fa_interpose_named(&builtin_patch, "_imp", NULL, "exec_builtin") < 0) {
        return -1;
    }
    for (int i = 0; i < AWAITED_COUNT; i++) {
        PyObject *module = fa_known_module(awaited[i].name); /* owned */
        int status = module != NULL ? install_into(module, false) : PyErr_Occurred() ? -1 : 0;
        Py_XDECREF(module);
        if (status < 0) {
            return -1;
        }
    }
    return 0;
}
