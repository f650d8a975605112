/* loop_hooks.c: what a loop is told to call on occasion carries what is in force; so does what its handles show. */
#include "interpose/loop_hooks.h"

#include "authority/gate.h"
#include "interpose/asked_tasks.h"
#include "interpose/carry.h"
#include "interpose/known.h"
#include "interpose/redirect.h"

enum { HANDLER, FACTORY, SETTERS = FA_LOOP_SETTERS };
static const char *const names[SETTERS] = {"set_exception_handler", "set_task_factory"};
static const char *const getters[SETTERS] = {"get_exception_handler", "get_task_factory"};

/* What a loop is given for a hook (new reference): a carrier, or what the host had put there. `before` is taken over: what
 * is there, or NULL with an exception set. */
static PyObject *
carried(fa_interpreter *here, PyObject *hook, PyObject *before)
{
    PyObject *given = before == NULL ? NULL : fa_carry_in_place(here, hook, before);
    Py_XDECREF(before);
    return given;
}

/* ---- BaseEventLoop.set_exception_handler(self, handler), set_task_factory(self, factory) ---- */

static PyObject *
set_hook(int which, PyObject *const *args, size_t flags, PyObject *keywords)
{
    fa_interpreter *here = fa_pools_here();
    if (here == NULL) {
        return NULL;
    }
    PyObject *original = here->pools->loop_set[which];
    if (!fa_gate_is_open() || PyVectorcall_NARGS(flags) != 2 || !PyCallable_Check(args[1])) {
        return PyObject_Vectorcall(original, args, flags, keywords);
    }
    PyObject *carrier = carried(here, args[1], PyObject_CallOneArg(here->pools->loop_get[which], args[0])); /* owned */
    PyObject *given[2] = {args[0], carrier};
    PyObject *result = carrier == NULL ? NULL : PyObject_Vectorcall(original, given, 2, keywords);
    Py_XDECREF(carrier);
    return result;
}

static PyObject *
set_handler(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *keywords)
{
    return set_hook(HANDLER, args, flags, keywords);
}

static PyObject *
set_factory(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *keywords)
{
    return set_hook(FACTORY, args, flags, keywords);
}

PyObject *
fa_loop_hooks_set(const fa_patch *patch, const fa_patch *shows, PyObject *self, PyObject *const *args, Py_ssize_t count,
                  PyObject *keywords)
{
    fa_interpreter *here = fa_state_here();
    if (here == NULL || count + (keywords == NULL ? 0 : PyTuple_GET_SIZE(keywords)) != 1 || !PyCallable_Check(args[0])) {
        return fa_interpose_call(patch, self, args, count, keywords);
    }
    PyObject *carrier = carried(here, args[0], fa_interpose_call(shows, self, NULL, 0, NULL)); /* owned */
    PyObject *result = carrier == NULL ? NULL : fa_interpose_call(patch, self, &carrier, count, keywords);
    Py_XDECREF(carrier);
    return result;
}

/* ---- get_exception_handler(self), get_task_factory(self) ---- */

static PyObject *
get_hook(int which, PyObject *const *args, size_t flags, PyObject *keywords)
{
    fa_interpreter *here = fa_pools_here();
    PyObject *hook = here == NULL ? NULL : PyObject_Vectorcall(here->pools->loop_get[which], args, flags, keywords);
    return hook == NULL || !fa_gate_is_open() ? hook : fa_carry_shown(here, hook);
}

static PyObject *
get_handler(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *keywords)
{
    return get_hook(HANDLER, args, flags, keywords);
}

static PyObject *
get_factory(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *keywords)
{
    return get_hook(FACTORY, args, flags, keywords);
}

PyObject *
fa_loop_hooks_get(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    fa_interpreter *here = fa_state_here();
    PyObject *hook = fa_interpose_call(patch, self, args, count, keywords);
    return hook == NULL || here == NULL ? hook : fa_carry_shown(here, hook);
}

/* ---- Handle.__repr__ ---- */

/* A loop in debug mode, and whoever reports an error, has it show the callback and its arguments. */
static PyObject *
show_handle(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *keywords)
{
    fa_interpreter *here = fa_pools_here();
    if (here == NULL) {
        return NULL;
    }
    PyObject *original = here->pools->handle_repr;
    if (!fa_gate_is_open() || PyVectorcall_NARGS(flags) != 1) {
        return PyObject_Vectorcall(original, args, flags, keywords);
    }
    PyObject *callback = PyObject_GetAttrString(args[0], "_callback");                          /* owned */
    PyObject *context = callback == NULL ? NULL : PyObject_GetAttrString(args[0], "_context"); /* owned */
    PyObject *result = NULL;
    if (context != NULL) {
        fa_node *chain = fa_carry_chain(here, callback); /* borrowed from the callback, or NULL */
        result = chain != NULL ? fa_carry_call(here, chain, original, args, flags, keywords)
               : PyContext_CheckExact(context)
            ? fa_asked_tasks_call(here, context, original, args, flags, keywords)
            : PyObject_Vectorcall(original, args, flags, keywords);
    }
    Py_XDECREF(context);
    Py_XDECREF(callback);
    return result;
}

/* ---- putting it in place ---- */

void
fa_loop_hooks_install(fa_pools *pools, PyObject *module)
{
    static const vectorcallfunc ours[SETTERS] = {set_handler, set_factory}, gets[SETTERS] = {get_handler, get_factory};
    PyObject *loop = PyObject_GetAttrString(module, "BaseEventLoop");                             /* owned */
    PyObject *events = loop == NULL ? NULL : fa_known_module("asyncio.events");                 /* owned */
    PyObject *handle = events == NULL ? NULL : PyObject_GetAttrString(events, "Handle");   /* owned */
    for (int i = 0; handle != NULL && i < SETTERS; i++) {
        if (fa_redirect(pools->redirect_type, loop, getters[i], gets[i], &pools->loop_get[i]) < 0
            || fa_redirect(pools->redirect_type, loop, names[i], ours[i], &pools->loop_set[i]) < 0) {
            break;
        }
    }
    if (handle != NULL && !PyErr_Occurred()) {
        (void)fa_redirect(pools->redirect_type, handle, "__repr__", show_handle, &pools->handle_repr);
    }
    fa_known_forgive(&pools->lacked); /* half imported, or another asyncio than we know */
    Py_XDECREF(handle);
    Py_XDECREF(events);
    Py_XDECREF(loop);
}
