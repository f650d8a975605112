/* inits.c: replaces the tp_init of a type, and looks into what an initialiser is given. */
#include "interpose/inits.h"

#include "interpose/convert.h"
#include "interpose/slots.h"
#include "support/text.h"

int
fa_inits_replace(PyTypeObject *type, initproc ours, initproc *original)
{
    return fa_slots_replace(type, offsetof(PyTypeObject, tp_init), "__init__", (fa_slot)ours, (fa_slot *)original);
}

int
fa_inits_convert_path(PyObject *args, PyObject *kwargs, const char *keyword, PyObject **converted,
                      PyObject **names, PyObject **given)
{
    bool positional = PyTuple_GET_SIZE(args) > 0;
    PyObject *path = NULL; /* owned: the one conversion */

    *converted = *names = NULL;
    *given = positional       ? PyTuple_GET_ITEM(args, 0)
             : kwargs != NULL ? PyDict_GetItemString(kwargs, keyword)
                              : NULL;
    /* Held from here on: Python code runs, and may take it out of a dict. */
    Py_XINCREF(*given);
    bool text = *given != NULL && (PyUnicode_Check(*given) || PyBytes_Check(*given));
    if (*given == NULL || text || !fa_convert_is_path(*given)) {
        Py_CLEAR(*given);
        return 0;
    }
    path = PyOS_FSPath(*given);
    if (path == NULL) {
        goto error;
    }
    Py_ssize_t size = positional ? PyTuple_GET_SIZE(args) : 1;
    *converted = PyTuple_New(size);
    if (*converted == NULL) {
        goto error;
    }
    if (!positional) {
        *names = PyDict_Copy(kwargs);
        if (*names == NULL ||
            (PyDict_GetItemString(*names, keyword) != NULL && PyDict_DelItemString(*names, keyword) < 0)) {
            goto error;
        }
    }
    PyTuple_SET_ITEM(*converted, 0, path);
    for (Py_ssize_t i = 1; i < size; i++) {
        PyTuple_SET_ITEM(*converted, i, Py_NewRef(PyTuple_GET_ITEM(args, i)));
    }
    return 0;

error:
    Py_XDECREF(path);
    Py_CLEAR(*converted);
    Py_CLEAR(*names);
    Py_CLEAR(*given);
    return -1;
}

bool
fa_inits_find(PyObject *kwargs, const char *const names[], PyObject *found[])
{
    PyObject *name, *value;
    Py_ssize_t position = 0;
    bool plain = true;

    for (size_t i = 0; names[i] != NULL; i++) {
        found[i] = NULL;
    }
    if (kwargs == NULL) {
        return true;
    }
    Py_BEGIN_CRITICAL_SECTION(kwargs);
    while (plain && PyDict_Next(kwargs, &position, &name, &value)) {
        plain = PyUnicode_CheckExact(name);
        for (size_t i = 0; plain && names[i] != NULL; i++) {
            if (fa_text_is(name, names[i])) {
                found[i] = value;
                break;
            }
        }
    }
    Py_END_CRITICAL_SECTION();
    return plain;
}
