/* layouts.c: whether this interpreter lays its contexts and tokens out as compat.h says. */
#include "interpose/layouts.h"

#include "support/contexts.h"

/* Whether tokens look like fa_token_layout says: make two for the context that was entered, and compare. */
static bool
tokens_fit(PyObject *context)
{
    bool fits = false;
    PyObject *var = PyContextVar_New("fastaudit.probe", NULL);                       /* owned */
    PyObject *first = var == NULL ? NULL : PyContextVar_Set(var, Py_None);           /* owned */
    PyObject *second = first == NULL ? NULL : PyContextVar_Set(var, (PyObject *)var); /* owned */
    if (second != NULL && PyContextToken_Type.tp_basicsize == sizeof(fa_token_layout)) {
        const fa_token_layout *a = (fa_token_layout *)first, *b = (fa_token_layout *)second;
        fits = a->tok_ctx == context && a->tok_var == var && a->tok_oldval == NULL && a->tok_used == 0
            && b->tok_oldval == Py_None && PyContextVar_Reset(var, second) == 0 && b->tok_used == 1;
    }
    Py_XDECREF(second);
    Py_XDECREF(first);
    Py_XDECREF(var);
    return fits;
}

int
fa_layouts_check(void)
{
    PyObject *a = PyContext_New(), *b = PyContext_New();
    bool fits = false;
    if (a != NULL && b != NULL && PyContext_Enter(a) == 0) {
        PyThreadState *tstate = PyThreadState_Get();
        uint64_t version = tstate->context_ver;
        if (PyContext_Enter(b) == 0) {
            const fa_context_layout *inner = (fa_context_layout *)b;
            fits = tstate->context == b && inner->ctx_prev == (fa_context_layout *)a
                && inner->ctx_entered == 1 && tstate->context_ver != version;
            fits = fits && tokens_fit(b);
            (void)PyContext_Exit(b);
            fits = fits && inner->ctx_prev == NULL && inner->ctx_entered == 0
                && tstate->context == a;
        }
        (void)PyContext_Exit(a);
    }
    Py_XDECREF(a);
    Py_XDECREF(b);
    if (!fits && !PyErr_Occurred()) {
        PyErr_SetString(PyExc_RuntimeError, "contexts of this interpreter are laid out differently");
    }
    return fits ? 0 : -1;
}
