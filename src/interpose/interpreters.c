/* interpreters.c: code in another interpreter is refused inside a scope, whatever the policy grants. */
#include "interpose/interpreters.h"

#include "enforce/enforce.h"
#include "interpose/interpose.h"

/* Under a floor alone the right decides: the floor holds every interpreter. Under a scope nothing does:
 * another interpreter's threads have contexts of their own, which carry none of this one's scopes. The
 * event that CPython raises cannot be refused (3.12 crashes) or does not come (3.13), hence here. */
static PyObject *
refuse_or_call(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count,
               PyObject *names)
{
    const fa_authority *authority;
    int found = fa_authority_get(&authority);
    if (found < 0) {
        return NULL;
    }
    if (found > 0 && authority->box_count > 0) {
        fa_event event = {.name = "_interpreters.create", .right = FA_INTERPRETERS, .shape = FA_SHAPE_NONE};
        event.id = fa_event_lookup(event.name);
        /* mode="warn" lets go what it only records, but not this: the row is marked as undoing the guard. */
        if (fa_enforce_refuse(authority, &event, FA_REASON_UNHELD) < 0) {
            return NULL;
        }
    }
    else if (PySys_Audit("_interpreters.create", NULL) < 0) {
        return NULL;
    }
    return fa_interpose_call(patch, self, args, count, names);
}

#define REFUSED(NAME)                                                                              \
    static PyObject *NAME##_here(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);           \
    FA_INTERPOSED(NAME, NAME##_here);                                                              \
    static PyObject *NAME##_here(PyObject *self, PyObject *const *args, Py_ssize_t count,          \
                                 PyObject *names)                                                  \
    {                                                                                              \
        return refuse_or_call(&NAME##_patch, self, args, count, names);                            \
    }

REFUSED(create)
REFUSED(run_string)
REFUSED(run_func)
REFUSED(exec)
REFUSED(call)
REFUSED(destroy)

int
fa_interpreters_install(PyObject *module)
{
    static const struct {
        fa_patch *patch;
        const char *name;
    } functions[] = {
        {&create_patch, "create"}, {&run_string_patch, "run_string"}, {&run_func_patch, "run_func"},
        {&exec_patch, "exec"},     {&call_patch, "call"},             {&destroy_patch, "destroy"},
    };
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        PyObject *function = PyObject_GetAttrString(module, functions[i].name);
        if (function == NULL) {
            if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
                return -1;
            }
            PyErr_Clear(); /* another version's name */
            continue;
        }
        int status = fa_interpose_function(functions[i].patch, function);
        Py_DECREF(function);
        if (status < 0) {
            return -1;
        }
    }
    return 0;
}
