/* mp_pools.c: jobs given to a pool of multiprocessing's carry what their giver is held to, or are refused. */
#include "interpose/mp_pools.h"

#include "authority/authority.h"
#include "authority/gate.h"
#include "interpose/carry.h"
#include "interpose/mp_jobs.h"
#include "interpose/redirect.h"

/* A pool's threads run the job, what is called with its result, and the iterating, and take arguments apart: each of those is
 * exchanged for one that carries, or for plain values. The arguments come by position, in the order of the parameters. */
enum { MOST = 8, JOB = 1, CARRIED = 4, OTHERS = 3 };

typedef struct method {
    const char *name;
    vectorcallfunc call;
    int carried[CARRIED]; /* positions of callables; 0: none */
    int iterated;         /* position of what the pool's threads iterate over; 0: none */
    bool at_once;         /* the pool wants all of it */
    int size;             /* position of a number; 0: none */
    int arguments;        /* position of the job's arguments, and behind it of those by name; 0: none */
} method;

static PyObject *apply_async(PyObject *, PyObject *const *, size_t, PyObject *);
static PyObject *map_async(PyObject *, PyObject *const *, size_t, PyObject *);
static PyObject *imap(PyObject *, PyObject *const *, size_t, PyObject *);
static PyObject *imap_unordered(PyObject *, PyObject *const *, size_t, PyObject *);

static const method methods[FA_MP_METHODS] = {
    {"apply_async", apply_async, {JOB, 4, 5}, 0, false, 0, 2},
    {"_map_async", map_async, {JOB, 3, 5, 6}, 2, true, 4, 0},
    {"imap", imap, {JOB}, 2, false, 3, 0},
    {"imap_unordered", imap_unordered, {JOB}, 2, false, 3, 0},
};

/* An iterator that asks `iterable` for its items under `chain`: next(iterator), over and over. Nothing is asked of the items. */
static PyObject *
carry_iterable(fa_interpreter *here, PyObject *iterable, fa_node *chain)
{
    const fa_pools *pools = here->pools;
    PyObject *iterator = PyObject_GetIter(iterable);                                                       /* owned */
    PyObject *repeated = iterator == NULL ? NULL : PyObject_CallOneArg(pools->repeat, iterator);           /* owned */
    PyObject *carrier = repeated == NULL ? NULL : fa_carry_new(here, pools->next, chain);                  /* owned */
    PyObject *result = carrier == NULL ? NULL
                                       : PyObject_CallFunctionObjArgs((PyObject *)&PyMap_Type, carrier, repeated, NULL);
    Py_XDECREF(carrier);
    Py_XDECREF(repeated);
    Py_XDECREF(iterator);
    return result;
}

/* A job with its arguments, which come as they are given to a pool (new reference; NULL with an exception set). */
static PyObject *
job_with(const fa_pools *pools, PyObject *job, PyObject *given, PyObject *named)
{
    PyObject *rest = PySequence_Tuple(given); /* owned, as all of these */
    PyObject *first = rest == NULL ? NULL : PyTuple_Pack(1, job);
    PyObject *all = first == NULL ? NULL : PySequence_Concat(first, rest);
    PyObject *names = all == NULL ? NULL : PyDict_New();
    PyObject *bound = NULL;
    if (names != NULL && (named == NULL || PyDict_Update(names, named) == 0)) {
        bound = PyObject_Call(pools->partial, all, names);
    }
    Py_XDECREF(names);
    Py_XDECREF(all);
    Py_XDECREF(first);
    Py_XDECREF(rest);
    return bound;
}

/* Exchange one of the arguments, which `made` owns. Returns 0, or -1 with an exception set. */
static int
exchange(PyObject **changed, PyObject **made, PyObject *by)
{
    *made = by;
    if (by != NULL) {
        *changed = by;
    }
    return by == NULL ? -1 : 0;
}

/* Exchange what the pool's threads would ask, all but callables. */
static int
exchange_others(fa_interpreter *here, const method *how, fa_node *chain, PyObject **changed, Py_ssize_t count, PyObject **made)
{
    int status = 0;
    if (how->arguments > 0 && how->arguments < count) {
        int at = how->arguments;
        PyObject *named = at + 1 < count ? changed[at + 1] : NULL;
        status = exchange(&changed[JOB], &made[0], job_with(here->pools, changed[JOB], changed[at], named));
        if (status == 0) {
            status = exchange(&changed[at], &made[1], PyTuple_New(0));
        }
        if (status == 0 && named != NULL) {
            status = exchange(&changed[at + 1], &made[2], PyDict_New());
        }
    }
    if (how->iterated > 0 && how->iterated < count) {
        PyObject *iterable = changed[how->iterated]; /* borrowed */
        status = exchange(&changed[how->iterated], &made[0],
                          how->at_once ? PySequence_Tuple(iterable) : carry_iterable(here, iterable, chain));
    }
    if (status == 0 && how->size > 0 && how->size < count && changed[how->size] != Py_None) {
        PyObject *number = PyNumber_Index(changed[how->size]); /* owned */
        status = exchange(&changed[how->size], &made[1], number == NULL ? NULL : PyNumber_Long(number));
        Py_XDECREF(number);
    }
    return status;
}

/* The same call with arguments that carry. */
static PyObject *
call_carrying(fa_interpreter *here, const method *how, PyObject *original, const fa_authority *authority,
              PyObject *const *args, Py_ssize_t count)
{
    PyObject *changed[MOST];
    PyObject *made[OTHERS + CARRIED] = {NULL}; /* owned */

    memcpy(changed, args, (size_t)count * sizeof(PyObject *));
    fa_node *chain = fa_authority_chain(here, authority); /* owned */
    int status = chain == NULL || (how->arguments > 0 && !PyCallable_Check(args[JOB]))
                     ? 0 : exchange_others(here, how, chain, changed, count, made);
    for (int i = 0; chain != NULL && status == 0 && i < CARRIED; i++) {
        int at = how->carried[i];
        if (at > 0 && at < count && PyCallable_Check(changed[at])) {
            status = exchange(&changed[at], &made[OTHERS + i], fa_carry_new(here, changed[at], chain));
        }
    }
    PyObject *result = chain == NULL || status < 0 ? NULL
                                                   : PyObject_Vectorcall(original, changed, (size_t)count, NULL);
    for (int i = 0; i < OTHERS + CARRIED; i++) {
        Py_XDECREF(made[i]);
    }
    Py_XDECREF(chain);
    return result;
}

/* What an object has in its own dict: 1 with a new reference, 0, or -1 with an exception set. No class has a say in it. */
static int
own_attribute(PyObject *object, const char *name, PyObject **value)
{
    PyObject *key = PyUnicode_FromString(name);                                    /* owned */
    PyObject *dict = key == NULL ? NULL : PyObject_GenericGetDict(object, NULL); /* owned */
    *value = NULL;
    int found = dict == NULL ? -1 : PyDict_GetItemRef(dict, key, value);
    if (dict == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear(); /* of a type without */
        found = 0;
    }
    Py_XDECREF(dict);
    Py_XDECREF(key);
    return found;
}

/* Whether its jobs stay in this process. A class can be exchanged, by whoever has the pool: so what it gives them by must not be the pipe
 * of one of processes, whose thread pickles them. -1 with an exception set. */
static int
is_of_threads(const fa_pools *pools, PyObject *pool)
{
    if (!PyObject_TypeCheck(pool, pools->thread_pool)) {
        return 0;
    }
    PyObject *queue, *pipe = NULL; /* owned */
    int found = own_attribute(pool, "_inqueue", &queue);
    found = found <= 0 ? found : own_attribute(queue, "_writer", &pipe);
    Py_XDECREF(pipe);
    Py_XDECREF(queue);
    return found < 0 ? -1 : !found;
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
    int threads = is_of_threads(pools, args[0]);
    if (threads < 0 || fa_authority_get(&authority) < 0) { /* again: that may have run Python code */
        return NULL;
    }
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
    PyObject *functions = PyImport_ImportModule("functools"), *iterators = PyImport_ImportModule("itertools"); /* owned */
    PyObject *builtins = PyImport_ImportModule("builtins");                                                    /* owned */
    int status = functions == NULL || iterators == NULL || builtins == NULL
                      || fa_known_take(functions, "partial", &pools->partial) < 0
                      || fa_known_take(iterators, "repeat", &pools->repeat) < 0
                      || fa_known_take(builtins, "next", &pools->next) < 0
                   ? -1
                   : 0;
    Py_XDECREF(builtins);
    Py_XDECREF(iterators);
    Py_XDECREF(functions);
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
