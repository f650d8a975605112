/* module.c: builds the extension out of the parts. */
#include "support/compat.h"

#include "audit/install.h"
#include "authority/chain.h"
#include "authority/node.h"
#include "classify/unpack.h"
#include "decide/ruleset_type.h"
#include "enforce/location.h"
#include "enforce/violation.h"
#include "interpose/carry.h"
#include "interpose/contexts.h"
#include "interpose/directories.h"
#include "interpose/files.h"
#include "interpose/forks.h"
#include "interpose/loading.h"
#include "interpose/os_open.h"
#include "interpose/os_sets.h"
#include "interpose/processes.h"
#include "interpose/shown.h"
#include "interpose/resumed.h"
#include "interpose/spawns.h"
#include "interpose/lookups.h"
#include "interpose/sessions.h"
#include "interpose/signals.h"
#include "interpose/silent.h"
#include "interpose/pools.h"
#include "interpose/threads.h"
#include "interpose/traces.h"
#include "interpose/variable.h"
#include "scope/box_type.h"
#include "scope/contextlib.h"
#include "scope/exchange.h"
#include "scope/exit.h"
#include "scope/manager.h"
#include "scope/request.h"
#include "scope/stepper.h"
#include "scope/steps.h"
#include "scope/trusted.h"
#include "support/frozen_type.h"

static int
install_files(fa_interpreter *here)
{
    return fa_os_open_install() < 0 || fa_files_install(here) < 0 ? -1 : fa_directories_install(here);
}

static int
install_loading(fa_interpreter *Py_UNUSED(here))
{
    return fa_loading_install() < 0 ? -1 : fa_traces_install();
}

static int
install_processes(fa_interpreter *Py_UNUSED(here))
{
    return fa_processes_install() < 0 || fa_spawns_install() < 0 || fa_sessions_install() < 0 ? -1 : 0;
}

/* Acts that raise no event. */
static int
install_silent(fa_interpreter *Py_UNUSED(here))
{
    return fa_silent_install() < 0 || fa_signals_install() < 0 ? -1 : 0;
}

/* What has to be in place before anything is held. */
static const fa_install_step installed[] = {
    fa_contextlib_install, fa_contexts_install, fa_resumed_install, fa_variable_install, fa_threads_install,
    fa_pools_install, fa_lookups_install, fa_forks_install, install_files, install_loading, install_processes, install_silent,
    fa_os_sets_refresh, /* last of what exchanges functions of os */
    NULL,
};

/* The name of an exported type, and where it lies. */
static int
export(PyObject *module, const char *name, PyTypeObject *type)
{
    return PyModule_AddObjectRef(module, name, (PyObject *)type);
}

/* The package's own errors: Python classes, made before this module. */
static int
fetch_errors(fa_interpreter *here)
{
    PyObject *errors = PyImport_ImportModule("fastaudit._errors");
    if (errors == NULL) {
        return -1;
    }
    here->scope_error = PyObject_GetAttrString(errors, "ScopeError");
    here->scope_warning = PyObject_GetAttrString(errors, "ScopeWarning");
    here->hook_error = PyObject_GetAttrString(errors, "HookNotInstalledError");
    Py_DECREF(errors);
    return here->scope_error == NULL || here->scope_warning == NULL || here->hook_error == NULL ? -1 : 0;
}

/* What an interpreter has once, however often the module is imported there. */
static int
fill_row(fa_interpreter *here, PyObject *module)
{
    here->var = PyContextVar_New("fastaudit", NULL);
    if (here->var == NULL || fetch_errors(here) < 0 || fa_chain_exec(here) < 0 || fa_node_exec(here, module) < 0
        || fa_exit_exec(here, module) < 0 || fa_manager_exec(here, module) < 0
        || fa_steps_exec(here, module) < 0 || fa_stepper_exec(here, module) < 0 || fa_trusted_exec(here, module) < 0
        || fa_exchange_exec(here, module) < 0 || fa_carry_exec(here, module) < 0 || fa_shown_exec(here, module) < 0) {
        return -1;
    }
    fa_install_expect(installed);
    return 0;
}

/* What every entry into a scope takes and gives back references to. */
static void
count_no_more(const fa_interpreter *here)
{
    if (PyInterpreterState_Get() != PyInterpreterState_Main()) {
        return; /* another interpreter ends before the process, and these with it */
    }
    PyObject *methods = here->manager_type->tp_dict; /* borrowed, as all that follows */
    PyObject *shared[] = {
        here->var, here->empty_node, (PyObject *)here->node_type, (PyObject *)here->box_type,
        (PyObject *)here->exit_type, (PyObject *)here->entry_type, (PyObject *)here->manager_type,
        PyDict_GetItemString(methods, "__exit__"), PyDict_GetItemString(methods, "__aexit__"),
        PyDict_GetItemString(methods, "__enter__"), PyDict_GetItemString(methods, "__aenter__"),
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(shared); i++) {
        if (shared[i] != NULL) { /* no memory to find it: it goes on being counted */
            fa_compat_count_no_more(shared[i]);
        }
    }
}

/* What each module has. */
static int
fill_module(fa_interpreter *here, PyObject *module)
{
    if (fa_box_type_exec(here, module) < 0 || fa_frozen_exec(module) < 0 || fa_carry_add(module) < 0
        || fa_unpack_exec(module) < 0 || fa_ruleset_type_exec(module) < 0 || fa_manager_add_functions(module) < 0
        || fa_trusted_add_functions(module) < 0
        || fa_exchange_add_functions(module) < 0
        || fa_request_add_functions(module) < 0
        || fa_location_setup(module) < 0 || fa_violation_exec(here, module) < 0) {
        return -1;
    }
    return export(module, "Sandbox", here->manager_type) < 0 || export(module, "Handle", here->handle_type) < 0
        || export(module, "Box", here->box_type) < 0 || export(module, "Steps", here->step_type) < 0
            || export(module, "Stepper", here->stepper_type) < 0 ? -1 : 0;
}

static int
core_exec(PyObject *module)
{
    PyObject *fresh; /* owned: a new row, until it is kept */
    fa_interpreter *here = fa_state_join(&fresh);
    if (here == NULL) {
        return -1;
    }
    int status = fresh != NULL && fill_row(here, module) < 0 ? -1 : fill_module(here, module);
    if (status == 0 && fresh != NULL) {
        status = fa_state_keep(fresh);
        if (status == 0) {
            count_no_more(here);
        }
    }
    if (status < 0 && !PyErr_Occurred()) {
        PyErr_NoMemory(); /* 3.11 does not say so where it makes types */
    }
    /* A row that is not whole goes away, so that the next import begins anew. */
    PyObject *raised = PyErr_GetRaisedException();
    Py_XDECREF(fresh);
    PyErr_SetRaisedException(raised);
    return status;
}

static PyModuleDef_Slot core_slots[] = {
    {Py_mod_exec, core_exec},
    FA_SLOT_INTERPRETERS
    FA_SLOT_GIL
    {0, NULL},
};

static struct PyModuleDef core_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "fastaudit._core",
    .m_doc = "The C core of fastaudit.",
    .m_size = 0,
    .m_slots = core_slots,
};

PyMODINIT_FUNC PyInit__core(void); /* 3.11 has no prototype for it */

PyMODINIT_FUNC
PyInit__core(void)
{
    return PyModuleDef_Init(&core_module);
}
