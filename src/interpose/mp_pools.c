/* mp_pools.c: jobs given to a pool of multiprocessing's carry what their giver is held to, or are refused. */
#include "interpose/mp_pools.h"

#include "authority/authority.h"
#include "authority/gate.h"
#include "interpose/carry.h"
#include "interpose/mp_jobs.h"
#include "interpose/redirect.h"

/* A pool's threads run the job, what is called with its result, and for imap() the iterating: each of them is
 * exchanged for one that carries. The arguments come by position, in the order of the parameters. */
enum { MOST = 8 };

typedef struct method {
    const char *name;
    vectorcallfunc call;
    int carried[3]; /* positions of callables; 0: none */
    int iterated;   /* position of what the pool's threads iterate over; 0: none */
} method;

static PyObject *apply_async(PyObject *, PyObject *const *, size_t, PyObject *);
static PyObject *map_async(PyObject *, PyObject *const *, size_t, PyObject *);
static PyObject *imap(PyObject *, PyObject *const *, size_t, PyObject *);
static PyObject *imap_unordered(PyObject *, PyObject *const *, size_t, PyObject *);

static const method methods[FA_MP_METHODS] = {
    {"apply_async", apply_async, {1, 4, 5}, 0},
    {"_map_async", map_async, {1, 5, 6}, 0},
    {"imap", imap, {1}, 2},
    {"imap_unordered", imap_unordered, {1}, 2},
};

/* An iterator that asks `iterable` for its items under `chain`. */
static PyObject *
carry_iterable(fa_interpreter *here, PyObject *iterable, fa_node *chain)
{
    PyObject *iterator = PyObject_GetIter(iterable); /* owned */
    PyObject *next = iterator == NULL ? NULL : PyObject_GetAttrString(iterator, "__next__"); /* owned */
    PyObject *carrier = next == NULL ? NULL : fa_carry_new(here, next, chain);               /* owned */
    PyObject *end = carrier == NULL ? NULL : PyObject_CallNoArgs((PyObject *)&PyBaseObject_Type); /* owned */
    PyObject *result = end == NULL ? NULL : PyCallIter_New(carrier, end); /* nothing equals that object */
    Py_XDECREF(end);
    Py_XDECREF(carrier);
    Py_XDECREF(next);
    Py_XDECREF(iterator);
    return result;
}

/* The same call with arguments that carry. */
static PyObject *
call_carrying(fa_interpreter *here, const method *how, PyObject *original, const fa_authority *authority,
              PyObject *const *args, Py_ssize_t count)
{
    PyObject *changed[MOST];
    PyObject *made[4] = {NULL}; /* owned */
    int status = 0;

    memcpy(changed, args, (size_t)count * sizeof(PyObject *));
    fa_node *chain = fa_authority_chain(here, authority); /* owned */
    for (int i = 0; chain != NULL && status == 0 && i < 3; i++) {
        int at = how->carried[i];
        if (at > 0 && at < count && PyCallable_Check(args[at])) {
            made[i] = changed[at] = fa_carry_new(here, args[at], chain);
            status = made[i] == NULL ? -1 : 0;
        }
    }
    if (chain != NULL && status == 0 && how->iterated > 0 && how->iterated < count) {
        made[3] = changed[how->iterated] = carry_iterable(here, args[how->iterated], chain);
        status = made[3] == NULL ? -1 : 0;
    }
    PyObject *result = chain == NULL || status < 0 ? NULL
                                                   : PyObject_Vectorcall(original, changed, (size_t)count, NULL);
    for (int i = 0; i < 4; i++) {
        Py_XDECREF(made[i]);
    }
    Py_XDECREF(chain);
    return result;
}

static PyObject *
submit(size_t which, PyObject *const *args, size_t flags, PyObject *names)
{
    Py_ssize_t count = PyVectorcall_NARGS(flags);
    fa_interpreter *here = fa_pools_here();
    if (here == NULL) {
        return NULL;
    }
    const fa_pools *pools = here->pools;
    PyObject *original = pools->mp_methods[which]; /* borrowed */
    const fa_authority *authority;
    int found = fa_gate_is_open() ? fa_authority_get(&authority) : 0;
    if (found < 0) {
        return NULL;
    }
    if (found == 0 || names != NULL || count < 2 || count > MOST) {
        return PyObject_Vectorcall(original, args, flags, names);
    }
    bool threads = PyObject_TypeCheck(args[0], pools->thread_pool);
    if (threads && authority->box_count == 0) {
        return PyObject_Vectorcall(original, args, flags, names);
    }
    if (!threads) {
        int may = fa_mp_jobs_may_submit(pools, authority, args[0], "_taskqueue");
        return may < 0 ? NULL : PyObject_Vectorcall(original, args, flags, names);
    }
    return call_carrying(here, &methods[which], original, authority, args, count);
}

#define TAKES_JOB(NAME, WHICH)                                                                    \
    static PyObject *NAME(PyObject *Py_UNUSED(redirect), PyObject *const *args, size_t flags,     \
                          PyObject *names)                                                        \
    {                                                                                             \
        return submit(WHICH, args, flags, names);                                                 \
    }

TAKES_JOB(apply_async, 0)
TAKES_JOB(map_async, 1)
TAKES_JOB(imap, 2)
TAKES_JOB(imap_unordered, 3)

/* ---- putting it in place ---- */

int
fa_mp_pools_install(fa_pools *pools)
{
    PyObject *module = pools->thread_pool != NULL ? NULL : fa_known_imported(pools->mp_name); /* owned */
    if (module == NULL) {
        return 0;
    }
    PyObject *pool = PyObject_GetAttrString(module, "Pool");               /* owned */
    PyObject *thread_pool = PyObject_GetAttrString(module, "ThreadPool");  /* owned */
    if (pool == NULL || thread_pool == NULL || !PyType_Check(thread_pool)) {
        fa_known_forgive(&pools->lacked); /* half imported: another time */
        Py_XDECREF(thread_pool);
        Py_XDECREF(pool);
        Py_DECREF(module);
        return 0;
    }
    int status = 0;
    for (size_t i = 0; i < FA_MP_METHODS && status == 0; i++) {
        status = fa_redirect(pools->redirect_type, pool, methods[i].name, methods[i].call, &pools->mp_methods[i]);
    }
    status = status < 0 ? -1 : fa_mp_jobs_note_pools(pools, pool);
    if (status == 0) {
        pools->thread_pool = (PyTypeObject *)Py_NewRef(thread_pool);
    }
    Py_DECREF(thread_pool);
    Py_DECREF(pool);
    Py_DECREF(module);
    return status;
}
