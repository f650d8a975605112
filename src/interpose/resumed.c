/* resumed.c: what is made in the body of a generator that another context resumed carries the generator's scopes. */
#include "interpose/resumed.h"

#include "authority/authority.h"
#include "authority/bodies.h"
#include "authority/chain.h"
#include "interpose/interpose.h"

/* Nothing says when a generator is resumed, so the context that does it never has the generator's scopes in its
 * variable. Where that context is copied, for whom runs later, they are put into the copy. */

static int
copy_with(fa_interpreter *here, const fa_authority *authority, PyObject **copy)
{
    fa_node *own = NULL;    /* owned */
    fa_node *joined = NULL; /* owned */
    int status = -1;

    /* First what borrows from the authority: making a context may run Python code. */
    if (fa_chain_get(here, NULL, &own) < 0) {
        return -1;
    }
    joined = fa_chain_join(here, own, authority->boxes, authority->box_count);
    *copy = joined == NULL ? NULL : PyContext_CopyCurrent();
    if (*copy != NULL && PyContext_Enter(*copy) == 0) {
        status = fa_chain_set(here, joined);
        if (PyContext_Exit(*copy) < 0) {
            status = -1;
        }
    }
    Py_XDECREF(joined);
    Py_XDECREF(own);
    if (status < 0) {
        Py_CLEAR(*copy);
        return -1;
    }
    return 1;
}

int
fa_resumed_copy(fa_interpreter *here, PyObject **copy)
{
    const fa_authority *authority;
    *copy = NULL;
    if (here == NULL || !fa_bodies_are_open(here)) {
        return 0;
    }
    int found = fa_authority_get(&authority);
    if (found <= 0 || authority->resumed == 0) {
        return found < 0 ? -1 : 0;
    }
    return copy_with(here, authority, copy);
}

static PyObject *copy_context(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(copy_context, copy_context);

static PyObject *
copy_context(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *copy;
    int found = count > 0 ? 0 : fa_resumed_copy(fa_state_here(), &copy);
    if (found != 0) {
        return found < 0 ? NULL : copy;
    }
    return fa_interpose_call(&copy_context_patch, self, args, count, names);
}

int
fa_resumed_install(fa_interpreter *Py_UNUSED(here))
{
    return fa_interpose_named(&copy_context_patch, "_contextvars", NULL, "copy_context") < 0 ? -1 : 0;
}
