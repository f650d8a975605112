/* pools_install.c: what pools are made of, noted as the host, and what is put in its place. */
#include "interpose/pools.h"

#include "authority/authority.h"
#include "interpose/anyio_jobs.h"
#include "interpose/asyncgen_hooks.h"
#include "interpose/gevent_pools.h"
#include "interpose/greenlets.h"
#include "interpose/job.h"
#include "interpose/job_callbacks.h"
#include "interpose/loky_jobs.h"
#include "interpose/loops.h"
#include "interpose/mp_children.h"
#include "interpose/mp_jobs.h"
#include "interpose/mp_pools.h"
#include "interpose/mp_queues.h"
#include "interpose/pools_known.h"
#include "interpose/redirect.h"
#include "interpose/trio_pools.h"
#include "interpose/trio_tasks.h"
#include "interpose/work_items.h"
#include "support/modules.h"

static void
free_pools(struct fa_pools *pools)
{
    Py_CLEAR(pools->made);
    Py_CLEAR(pools->executor);
    Py_CLEAR(pools->item);
    Py_CLEAR(pools->item_init);
    Py_CLEAR(pools->thread);
    Py_XDECREF(atomic_exchange(&pools->anyio_worker, NULL));
    Py_CLEAR(pools->asyncio_name);
    Py_CLEAR(pools->stop_name);
    Py_CLEAR(pools->mp_name);
    Py_CLEAR(pools->thread_pool);
    for (size_t i = 0; i < FA_MP_METHODS; i++) {
        Py_CLEAR(pools->mp_methods[i]);
    }
    Py_CLEAR(pools->mp_prepare);
    Py_CLEAR(pools->mp_hold);
    Py_CLEAR(pools->mp_init);
    fa_noted_clear(&pools->mp_made);
    Py_CLEAR(pools->process_name);
    Py_CLEAR(pools->process_submit);
    Py_CLEAR(pools->process_pack);
    Py_CLEAR(pools->process_init);
    Py_CLEAR(pools->process_run);
    fa_loky_jobs_clear(pools);
    Py_CLEAR(pools->anyio_run);
    Py_CLEAR(pools->partial);
    Py_CLEAR(pools->repeat);
    Py_CLEAR(pools->next);
    Py_CLEAR(pools->pickler);
    Py_CLEAR(pools->bytes_io);
    Py_CLEAR(pools->queues_name);
    for (size_t i = 0; i < FA_QUEUE_PUTS; i++) {
        Py_CLEAR(pools->queue_put[i]);
    }
    Py_CLEAR(pools->queue_start);
    Py_CLEAR(pools->queue_pack);
    Py_CLEAR(pools->queue_packed);
    Py_CLEAR(pools->queue_begin);
    fa_noted_clear(&pools->queue_threads);
    Py_CLEAR(pools->process_outcome);
    Py_CLEAR(pools->anyio_name);
    Py_CLEAR(pools->trio_name);
    Py_CLEAR(pools->gevent_name);
    Py_CLEAR(pools->gevent_spawn);
    Py_CLEAR(pools->trio_original);
    Py_CLEAR(pools->trio_run_soon);
    Py_CLEAR(pools->trio_spawn);
    Py_CLEAR(pools->trio_instrument);
    Py_CLEAR(pools->future_add);
    Py_CLEAR(pools->job_add);
    Py_CLEAR(pools->task_cancel);
    Py_CLEAR(pools->python_task);
    Py_CLEAR(pools->tell);
    fa_noted_clear(&pools->task_contexts);
    fa_noted_clear(&pools->made_loops);
    Py_CLEAR(pools->asyncgen_get);
    Py_CLEAR(pools->policies);
    Py_CLEAR(pools->policy_type);
    for (size_t i = 0; i < FA_POLICY_FUNCTIONS; i++) {
        Py_CLEAR(pools->policy_functions[i]);
    }
    for (size_t i = 0; i < FA_LOOP_SETTINGS; i++) {
        Py_CLEAR(pools->loop_settings[i]);
    }
    Py_CLEAR(pools->handle_repr);
    for (size_t i = 0; i < FA_LOOP_SETTERS; i++) {
        Py_CLEAR(pools->loop_set[i]);
        Py_CLEAR(pools->loop_get[i]);
    }
    for (size_t i = 0; i < FA_TASK_METHODS; i++) {
        Py_CLEAR(pools->task_methods[i]);
    }
    Py_CLEAR(pools->worker);
    Py_CLEAR(pools->init);
    Py_CLEAR(pools->redirect_type);
    Py_CLEAR(pools->job_type);
    fa_known *all[] = {&pools->bootstrap, &pools->bootstrap_inner, &pools->thread_run,
                       &pools->worker_loop, &pools->thread_start, &pools->adjust,
                       &pools->run_in_executor, &pools->anyio_start,
                       &pools->trio_start, &pools->trio_init, &pools->trio_work,
                       &pools->task_known[0], &pools->task_known[1], &pools->task_eager, &pools->handle_run, &pools->on_fork, &pools->until_complete,
                       &pools->loop_stop, &pools->hub_run};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        fa_known_clear(all[i]);
    }
    PyMem_Free(pools);
}

/* Note the pools that are there. */
static int
note_existing(fa_pools *pools)
{
    PyObject *gc = PyImport_ImportModule("gc");
    PyObject *objects = gc == NULL ? NULL : PyObject_CallMethod(gc, "get_objects", NULL);
    int status = objects == NULL ? -1 : 0;
    for (Py_ssize_t i = 0; status == 0 && i < PyList_GET_SIZE(objects); i++) {
        if (PyObject_TypeCheck(PyList_GET_ITEM(objects, i), pools->executor)) {
            status = fa_pools_note(pools, PyList_GET_ITEM(objects, i));
        }
    }
    Py_XDECREF(objects);
    Py_XDECREF(gc);
    return status;
}

/* One look for the module that trio imports last of those, since this is asked at every outermost scope. */
static void
refresh_trio(fa_pools *pools)
{
    bool done = pools->trio_original != NULL && pools->trio_run_soon != NULL && pools->trio_spawn != NULL
             && pools->trio_instrument != NULL;
    PyObject *threads = done ? NULL : fa_known_imported(pools->trio_name); /* owned */
    if (threads != NULL) {
        fa_trio_pools_install(pools, threads);
        fa_trio_tasks_install(pools);
        Py_DECREF(threads);
    }
}

static int
look(fa_interpreter *here)
{
    fa_pools *pools = here->pools;
    if (fa_mp_pools_install(pools) < 0 || fa_mp_children_install(pools) < 0 || fa_mp_jobs_install(pools) < 0
        || fa_mp_queues_install(pools) < 0 || fa_loky_jobs_install(pools) < 0 || fa_anyio_jobs_install(pools) < 0) {
        return -1;
    }
    refresh_trio(pools);
    if ((pools->gevent_spawn == NULL || pools->hub_run.code == NULL) && fa_greenlets_are_there()) { /* else there is nothing */
        fa_gevent_pools_install(pools);
    }
    PyObject *asyncio = pools->run_in_executor.code != NULL ? NULL : fa_known_imported(pools->asyncio_name); /* owned */
    if (asyncio != NULL && fa_loops_install(here) < 0) {
        Py_DECREF(asyncio);
        return -1;
    }
    if (asyncio != NULL) {
        PyObject *loop = PyObject_GetAttrString(asyncio, "BaseEventLoop");
        if (loop == NULL || fa_known_note(&pools->run_in_executor, loop, "run_in_executor") < 0
            || fa_known_note(&pools->loop_stop, loop, "stop") < 0 || fa_known_note(&pools->until_complete, asyncio, "_run_until_complete_cb") < 0) {
            fa_known_forgive(&pools->lacked); /* half imported: another time */
        }
        Py_XDECREF(loop);
        Py_DECREF(asyncio);
    }
    PyObject *anyio = pools->anyio_worker != NULL ? NULL : fa_known_imported(pools->anyio_name); /* owned */
    if (anyio != NULL) {
        PyObject *worker = PyObject_GetAttrString(anyio, "WorkerThread");
        PyObject *backend = PyObject_GetAttrString(anyio, "AsyncIOBackend");
        if (worker != NULL && PyType_Check(worker) && backend != NULL
            && fa_known_note(&pools->anyio_start, backend, "run_sync_in_worker_thread") == 0) {
            PyObject *nothing = NULL; /* another thread may be at it, too */
            if (atomic_compare_exchange_strong(&pools->anyio_worker, &nothing, worker)) {
                worker = NULL; /* kept there */
            }
        }
        fa_known_forgive(&pools->lacked);
        Py_XDECREF(backend);
        Py_XDECREF(worker);
        Py_DECREF(anyio);
    }
    return 0;
}

/* Only while nothing is in force: what a guest imports may be anything under that name. */
static int
refresh(fa_interpreter *here)
{
    int inside = fa_modules_have_changed(here) ? fa_authority_is_inside() : 1;
    if (inside != 0) {
        return inside < 0 ? -1 : 0;
    }
    fa_modules_look(here); /* before: others may be imported meanwhile */
    here->pools->lacked = false;
    int status = look(here);
    if (status == 0 && here->pools->lacked) {
        PyErr_NoMemory();
        status = -1;
    }
    if (status < 0) {
        fa_modules_look_again(here);
    }
    return status;
}

/* What the standard library's pool is made of. 0, or -1 with an exception set. */
static int
note_standard_pool(fa_pools *pools, PyObject *futures, PyObject *threading)
{
    PyObject *executor = PyObject_GetAttrString(futures, "ThreadPoolExecutor");
    PyObject *item = PyObject_GetAttrString(futures, "_WorkItem");
    PyObject *thread = PyObject_GetAttrString(threading, "Thread");
    int status = -1;
    if (executor != NULL && item != NULL && thread != NULL && fa_known_take(futures, "_worker", &pools->worker) == 0
        && PyType_Check(executor) && PyType_Check(item) && PyType_Check(thread)) {
        Py_XSETREF(pools->executor, (PyTypeObject *)Py_NewRef(executor));
        Py_XSETREF(pools->item, (PyTypeObject *)Py_NewRef(item));
        Py_XSETREF(pools->thread, (PyTypeObject *)Py_NewRef(thread));
        if (fa_known_note(&pools->worker_loop, futures, "_worker") == 0
            && fa_known_note(&pools->adjust, executor, "_adjust_thread_count") == 0
            && fa_known_note(&pools->thread_start, thread, "start") == 0
            && fa_known_note(&pools->bootstrap, thread, "_bootstrap") == 0
            && fa_known_note(&pools->bootstrap_inner, thread, "_bootstrap_inner") == 0
            && fa_known_note(&pools->thread_run, thread, "run") == 0) {
            status = 0;
        }
    }
    Py_XDECREF(thread);
    Py_XDECREF(item);
    Py_XDECREF(executor);
    return status;
}

/* What is known of pools before anything is looked at (owned), or NULL with an exception set. */
static fa_pools *
new_pools(void)
{
    fa_pools *pools = PyMem_Calloc(1, sizeof(fa_pools));
    if (pools == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    pools->made = PyDict_New();
    pools->policies = PyList_New(0);
    pools->asyncio_name = PyUnicode_InternFromString("asyncio.base_events");
    pools->stop_name = PyUnicode_InternFromString("stop");
    pools->mp_name = PyUnicode_InternFromString("multiprocessing.pool");
    pools->queues_name = PyUnicode_InternFromString("multiprocessing.queues");
    pools->process_name = PyUnicode_InternFromString("concurrent.futures.process");
    pools->anyio_name = PyUnicode_InternFromString("anyio._backends._asyncio");
    pools->trio_name = PyUnicode_InternFromString("trio._core._thread_cache");
    pools->gevent_name = PyUnicode_InternFromString("gevent.threadpool");
    pools->redirect_type = fa_redirect_type();
    pools->job_type = fa_job_type();
    if (pools->made == NULL || fa_loky_jobs_init(pools) < 0 || fa_noted_init(&pools->task_contexts) < 0
        || fa_noted_init(&pools->made_loops) < 0 || fa_noted_init(&pools->mp_made) < 0 || fa_noted_init(&pools->queue_threads) < 0
        || pools->process_name == NULL || pools->queues_name == NULL
        || pools->policies == NULL || pools->asyncio_name == NULL || pools->stop_name == NULL || pools->mp_name == NULL
        || pools->anyio_name == NULL || pools->trio_name == NULL || pools->gevent_name == NULL
        || pools->redirect_type == NULL || pools->job_type == NULL) {
        free_pools(pools);
        return NULL;
    }
    return pools;
}

/* Should anything fail, what is redirected by then stays so, and goes on as it did; another time the rest follows. */
int
fa_pools_install(fa_interpreter *here)
{
    if (here->pools == NULL) {
        here->free_pools = free_pools;
        here->pools = new_pools();
    }
    fa_pools *pools = here->pools; /* borrowed */
    PyObject *futures = pools == NULL ? NULL : PyImport_ImportModule("concurrent.futures.thread"); /* owned */
    PyObject *threading = futures == NULL ? NULL : PyImport_ImportModule("threading");             /* owned */
    int status = -1;
    if (threading == NULL || note_standard_pool(pools, futures, threading) < 0 || fa_job_callbacks_install(pools) < 0
        || fa_work_items_install(pools) < 0 || fa_asyncgen_hooks_install(pools) < 0 || fa_pools_interpose_queue() < 0
        || note_existing(pools) < 0
        || fa_redirect(pools->redirect_type, (PyObject *)pools->executor, "__init__", fa_pools_init, &pools->init) < 0) {
        goto done;
    }
    if (here->modules == NULL) {
        here->modules = Py_NewRef(PyImport_GetModuleDict());
        fa_modules_watch(here);
    }
    here->refresh = refresh;
    fa_modules_look_again(here); /* whatever an earlier attempt has seen */
    pools->lacked = false;
    fa_gevent_pools_install(pools); /* greenlets are looked for later */
    bool lacked = pools->lacked;
    status = refresh(here);
    if (status == 0 && lacked) {
        fa_modules_look_again(here);
        PyErr_NoMemory();
        status = -1;
    }

done:
    Py_XDECREF(threading);
    Py_XDECREF(futures);
    return status;
}
