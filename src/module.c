/* module.c: builds the extension out of the parts. */
#include "support/compat.h"

#include "classify/unpack.h"
#include "decide/ruleset_type.h"
#include "interpose/files.h"
#include "interpose/loading.h"
#include "support/frozen_type.h"

static int
core_exec(PyObject *module)
{
    if (fa_frozen_exec(module) < 0 || fa_unpack_exec(module) < 0 || fa_ruleset_type_exec(module) < 0 ||
        fa_files_install() < 0 || fa_loading_install() < 0) {
        return -1;
    }
    return 0;
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
