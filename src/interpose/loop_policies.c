/* loop_policies.c: an event loop policy that is set inside is seen there, and nowhere else. */
#include "interpose/loop_policies.h"

#include "authority/gate.h"
#include "interpose/known.h"
#include "interpose/makers.h"
#include "interpose/redirect.h"

/* A policy makes the loops that all threads of the host are to run, so it is not enough to call it inside: the loops would be the
 * guest's as well. What is set inside stays beside what the host has set: a list of (policy, boxes), the newest last. */

enum { GET, SET, SET_WATCHER, FUNCTIONS = FA_POLICY_FUNCTIONS };

/* ---- the list ---- */

/* The policy of the newest entry of a list that nobody else has which is seen where `now` is in force (new reference), or NULL. */
static PyObject *
seen(PyObject *entries, PyObject *now)
{
    for (Py_ssize_t i = PyList_GET_SIZE(entries); i > 0; i--) {
        PyObject *entry = PyList_GET_ITEM(entries, i - 1); /* borrowed */
        if (fa_makers_among(PyTuple_GET_ITEM(entry, 1), now)) {
            return Py_NewRef(PyTuple_GET_ITEM(entry, 0));
        }
    }
    return NULL;
}

/* The policy that was set inside and is seen here: *policy is a new reference, or NULL for the host's. Returns 0, or -1 with an
 * exception set. */
static int
seen_here(const fa_pools *pools, PyObject **policy)
{
    *policy = NULL;
    if (!fa_gate_is_open() || PyList_GET_SIZE(pools->policies) == 0) {
        return 0;
    }
    PyObject *now = NULL;                                                              /* owned */
    PyObject *entries = PyList_GetSlice(pools->policies, 0, PY_SSIZE_T_MAX); /* owned: others change that one */
    int status = entries == NULL ? -1 : fa_makers_here(&now);
    if (status == 0 && now != NULL) {
        *policy = seen(entries, now);
    }
    Py_XDECREF(now);
    Py_XDECREF(entries);
    return status;
}

/* The entries that go on: not those that are over, nor those of exactly what is in force now. */
static PyObject *
without(const fa_pools *pools, PyObject *now)
{
    PyObject *copy = PyList_GetSlice(pools->policies, 0, PY_SSIZE_T_MAX); /* owned */
    PyObject *kept = copy == NULL ? NULL : PyList_New(0);                    /* owned */
    for (Py_ssize_t i = 0; kept != NULL && i < PyList_GET_SIZE(copy); i++) {
        PyObject *entry = PyList_GET_ITEM(copy, i);         /* borrowed */
        PyObject *makers = PyTuple_GET_ITEM(entry, 1); /* borrowed */
        bool same = fa_makers_among(makers, now) && fa_makers_among(now, makers);
        if (!same && !fa_makers_are_over(makers) && PyList_Append(kept, entry) < 0) {
            Py_CLEAR(kept);
        }
    }
    Py_XDECREF(copy);
    return kept;
}

/* ---- events.get_event_loop_policy() ---- */

static PyObject *
get_policy(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *keywords)
{
    fa_interpreter *here = fa_pools_here();
    PyObject *policy; /* new reference */
    if (here == NULL) {
        return NULL;
    }
    return seen_here(here->pools, &policy) < 0 ? NULL
         : policy != NULL                      ? policy
                          : PyObject_Vectorcall(here->pools->policy_functions[GET], args, flags, keywords);
}

/* ---- events.set_event_loop_policy(policy) ---- */

static PyObject *
set_inside(fa_pools *pools, PyObject *now, PyObject *policy)
{
    PyObject *kept = NULL, *entry = NULL;                                    /* owned */
    PyObject *hosts = PyObject_CallNoArgs(pools->policy_functions[GET]);  /* owned */
    int is = hosts == NULL ? -1 : policy == Py_None ? 1 : PyObject_IsInstance(policy, pools->policy_type);
    if (is == 0) {
        PyErr_Format(PyExc_TypeError, "policy must be an instance of AbstractEventLoopPolicy or None, not '%s'",
                     Py_TYPE(policy)->tp_name);
    }
    policy = policy == Py_None ? hosts : policy;
    kept = is <= 0 ? NULL : without(pools, now);
    entry = kept == NULL ? NULL : PyTuple_Pack(2, policy, now);
    int status = entry == NULL ? -1 : 0;
    if (status == 0) {
        PyObject *beneath = seen(kept, now); /* owned: what is seen without an entry, or NULL for the host's */
        if (policy != (beneath == NULL ? hosts : beneath)) {
            status = PyList_Append(kept, entry);
        }
        Py_XDECREF(beneath);
    }
    status = status < 0 ? -1 : PyList_SetSlice(pools->policies, 0, PY_SSIZE_T_MAX, kept);
    Py_XDECREF(entry);
    Py_XDECREF(kept);
    Py_XDECREF(hosts);
    return status < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *
set_policy(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *keywords)
{
    fa_interpreter *here = fa_pools_here();
    PyObject *now = NULL; /* owned */
    if (here == NULL) {
        return NULL;
    }
    if (fa_gate_is_open() && PyVectorcall_NARGS(flags) == 1 && fa_makers_here(&now) < 0) {
        return NULL;
    }
    PyObject *original = here->pools->policy_functions[SET];
    PyObject *result = now != NULL ? set_inside(here->pools, now, args[0])
                                   : PyObject_Vectorcall(original, args, flags, keywords);
    Py_XDECREF(now);
    return result;
}

/* ---- the policy's set_child_watcher(watcher), before 3.14 ---- */

/* Whether it is of a class of asyncio's own, or none. */
static bool
is_standard_watcher(PyObject *watcher)
{
    PyObject *module = watcher == Py_None ? NULL : fa_known_module("asyncio.unix_events");                  /* owned */
    PyObject *type = module == NULL ? NULL : PyObject_GetAttrString(module, Py_TYPE(watcher)->tp_name); /* owned */
    bool is = watcher == Py_None || type == (PyObject *)Py_TYPE(watcher);
    PyErr_Clear();
    Py_XDECREF(type);
    Py_XDECREF(module);
    return is;
}

static PyObject *
set_watcher(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags, PyObject *keywords)
{
    fa_interpreter *here = fa_pools_here();
    PyObject *now = NULL, *own = NULL; /* owned */
    if (here == NULL) {
        return NULL;
    }
    bool standard = !fa_gate_is_open() || PyVectorcall_NARGS(flags) != 2 || is_standard_watcher(args[1]);
    int status = standard ? 0 : fa_makers_here(&now);
    if (status == 0 && now != NULL) {
        status = seen_here(here->pools, &own);
        if (status == 0 && own != args[0]) {
            PyErr_SetString(here->scope_error,
                            "code in a sandbox cannot have its host's programs waited for by a class of its own: set a policy first");
            status = -1;
        }
    }
    Py_XDECREF(own);
    Py_XDECREF(now);
    return status < 0 ? NULL : PyObject_Vectorcall(here->pools->policy_functions[SET_WATCHER], args, flags, keywords);
}

/* ---- putting it in place ---- */

/* By the name that the other functions call it by: from 3.14 on, the public ones warn. */
static void
install(fa_pools *pools, PyObject *holder, const char *name, int which, vectorcallfunc ours)
{
    char underscored[64];
    (void)PyOS_snprintf(underscored, sizeof underscored, "_%s", name);
    PyObject *private = PyObject_GetAttrString(holder, underscored); /* owned */
    if (private != NULL || PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        const char *there = private != NULL ? underscored : name;
        (void)fa_redirect(pools->redirect_type, holder, there, ours, &pools->policy_functions[which]);
    }
    Py_XDECREF(private);
    fa_known_forgive(&pools->lacked); /* half imported, or another asyncio than we know */
}

void
fa_loop_policies_install(fa_pools *pools, PyObject *events)
{
    PyObject *type = PyObject_GetAttrString(events, "_AbstractEventLoopPolicy"); /* owned; from 3.14 on */
    if (type == NULL) {
        fa_known_forgive(&pools->lacked);
        type = PyObject_GetAttrString(events, "AbstractEventLoopPolicy");
    }
    if (type != NULL) {
        Py_XSETREF(pools->policy_type, Py_NewRef(type));
        install(pools, events, "get_event_loop_policy", GET, get_policy);
        install(pools, events, "set_event_loop_policy", SET, set_policy);
        PyObject *unixes = fa_known_module("asyncio.unix_events");                                              /* owned */
        PyObject *own = unixes == NULL ? NULL : PyObject_GetAttrString(unixes, "_UnixDefaultEventLoopPolicy"); /* owned */
        if (own != NULL) {
            install(pools, own, "set_child_watcher", SET_WATCHER, set_watcher); /* not from 3.14 on */
        }
        Py_XDECREF(own);
        Py_XDECREF(unixes);
    }
    fa_known_forgive(&pools->lacked);
    Py_XDECREF(type);
}
