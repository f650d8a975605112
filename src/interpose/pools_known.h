/* pools_known.h: what an interpreter knows about pools; pools_install.c fills it in, pools.c reads it. */
#ifndef FA_POOLS_KNOWN_H
#define FA_POOLS_KNOWN_H

#include "interpose/known.h"
#include "interpose/noted.h"
#include "support/state.h"

enum { FA_TASK_METHODS = 2 }; /* of asyncio's own Task in Python: those that go on with it */
enum { FA_LOOP_SETTERS = 2 }; /* of asyncio's loops: those that take, and those that show, what is called on occasion */
enum { FA_LOOP_SETTINGS = 6 }; /* of asyncio's loops: those that take what loops ask, and what makes them */
enum { FA_POLICY_FUNCTIONS = 3 }; /* of asyncio: those that tell and set its policy */
enum { FA_QUEUE_PUTS = 2 }; /* of multiprocessing's queues: those that a thread pickles for */
enum { FA_LOKY_COPIES = 2 }; /* of the package loky: its own, and joblib's */
enum { FA_MP_METHODS = 4 }; /* of multiprocessing's pools: those that take a job */

/* What a copy of loky's ProcessPoolExecutor did: all owned, and NULL until it is redirected, but for the modules' names. */
typedef struct fa_loky {
    PyObject *name, *init, *submit;
    PyObject *reused_name, *reuse; /* of what gives the executor that is used again */
    PyObject *storage;             /* owned: where it keeps that */
    PyObject *tracker_name, *send; /* of what tells another process what to delete */
} fa_loky;

/* What an interpreter knows about pools. Written as the host only: while it is put in place, by one thread;
 * later by any. */
typedef struct fa_pools {
    bool lacked;                /* something of a library was not found for want of memory: to be looked for again */
    PyObject *made;             /* owned dict: address of a queue → (weak executor, queue, initializer) */
    PyTypeObject *executor;     /* owned: ThreadPoolExecutor */
    PyTypeObject *item;         /* owned: its _WorkItem */
    PyObject *item_init;        /* owned: what _WorkItem.__init__ did */
    PyTypeObject *thread;       /* owned: threading.Thread */
    _Atomic(PyObject *) anyio_worker; /* owned: anyio's WorkerThread, or NULL */
    PyObject *worker;           /* owned: the function that the executor's threads run */
    PyObject *init;             /* owned: what ThreadPoolExecutor.__init__ did */
    PyObject *job_add;          /* owned: what concurrent.futures.Future.add_done_callback did */
    PyTypeObject *thread_pool;  /* owned: multiprocessing.pool.ThreadPool; NULL until the host has imported it */
    PyObject *mp_methods[FA_MP_METHODS]; /* owned: what its methods did */
    PyObject *mp_prepare;       /* owned: what multiprocessing.spawn.get_preparation_data did */
    PyObject *mp_hold;          /* owned: fastaudit._children.hold */
    PyObject *mp_init;          /* owned: what multiprocessing.pool.Pool.__init__ did; NULL until it is redirected */
    fa_noted mp_made;           /* of pools and executors of processes: what was in force when they were made */
    PyObject *process_name;     /* owned str: the module of the next */
    PyObject *process_submit;   /* owned: what ProcessPoolExecutor.submit did; NULL until it is redirected */
    PyObject *process_init;     /* owned: what its __init__ did; as is: */
    PyObject *process_pack, *process_run, *process_outcome; /* owned: pack_job(), run() and Outcome of fastaudit._jobs */
    PyObject *anyio_run;        /* owned: what anyio.to_process.run_sync did; NULL until it is redirected */
    PyObject *partial, *repeat, *next; /* owned, as of when the host imported multiprocessing.pool: of functools, itertools, builtins */
    fa_loky loky[FA_LOKY_COPIES];
    fa_noted loky_reused;       /* of executors that guests were given: what was in force, and what was stored before */
    PyObject *queues_name;      /* owned str: the module of the next */
    PyObject *queue_put[FA_QUEUE_PUTS]; /* owned: what put() of Queue and JoinableQueue did; NULL until they are redirected */
    PyObject *queue_start;      /* owned: what Queue._start_thread did; as is: */
    PyObject *queue_pack, *queue_packed, *queue_begin; /* owned: pack(), Packed and begin() of fastaudit._packed */
    fa_noted queue_threads;     /* of queues whose thread was started inside: what was in force then, and the thread, weakly */
    PyObject *pickler, *bytes_io; /* owned types: _pickle.Pickler, io.BytesIO */
    PyTypeObject *redirect_type, *job_type; /* owned */
    PyObject *asyncio_name, *anyio_name, *mp_name, *trio_name, *gevent_name; /* owned str: modules that may come later */
    PyObject *trio_original;    /* owned: what ThreadCache.start_thread_soon did; NULL until it is redirected */
    PyObject *trio_run_soon, *trio_spawn, *trio_instrument; /* owned: what its methods did; NULL until they are redirected */
    PyObject *future_add;       /* owned: what _PyFuture.add_done_callback did; NULL until it is redirected */
    PyObject *loop_set[FA_LOOP_SETTERS], *loop_get[FA_LOOP_SETTERS]; /* owned: what they did; NULL until they are redirected; as is: */
    PyObject *handle_repr;      /* owned: what asyncio.Handle.__repr__ did */
    PyObject *tell;             /* owned: fastaudit._failures.tell; NULL until asyncio is imported */
    PyObject *task_cancel;      /* owned: what _PyTask.cancel did; NULL until it is redirected */
    PyObject *task_methods[FA_TASK_METHODS]; /* owned, as is: */
    fa_noted task_contexts;     /* of tasks of asyncio's in Python: their contexts, weakly */
    fa_noted made_loops;        /* of event loops that were made inside: what was in force then */
    PyObject *loop_settings[FA_LOOP_SETTINGS]; /* owned: what they did; NULL until they are redirected */
    PyTypeObject *python_task;  /* owned: _PyTask; NULL until asyncio is imported */
    fa_known task_known[FA_TASK_METHODS], task_eager; /* the last from 3.12 on */
    PyObject *asyncgen_get;     /* owned: sys.get_asyncgen_hooks */
    PyObject *policies;         /* owned list of (event loop policy, tuple of boxes): set inside, the newest last */
    PyObject *policy_type;      /* owned: asyncio's AbstractEventLoopPolicy; NULL until it is imported; as is: */
    PyObject *policy_functions[FA_POLICY_FUNCTIONS]; /* owned: what they did */
    PyObject *gevent_spawn;     /* owned: what ThreadPool.spawn of gevent did; NULL until it is redirected */
    fa_known hub_run;           /* gevent's Hub.run */
    fa_known handle_run, on_fork; /* asyncio's Handle._run, and what it does in a forked child; as is: */
    fa_known until_complete, loop_stop; /* what a loop's run_until_complete() has called at the end, and what that calls */
    PyObject *stop_name;     /* owned str */
    fa_known trio_start, trio_init, trio_work;
    fa_known bootstrap;   /* Thread._bootstrap: what every thread begins with */
    fa_known bootstrap_inner, thread_run; /* what that calls by name, and what this calls */
    fa_known worker_loop; /* concurrent.futures.thread._worker */
    fa_known thread_start, adjust, run_in_executor, anyio_start;
} fa_pools;

/* The running interpreter's row, where pools are known; NULL with an exception set: it is going away. */
fa_interpreter *fa_pools_here(void);

/* Note a pool as the host's, if it is of the very class whose parts we know. Returns 0, or -1 with an
 * exception set. */
int fa_pools_note(fa_pools *pools, PyObject *executor);

/* Jobs put into the queue of a pool carry the authority they come with. 0, or -1 with an exception set. */
int fa_pools_interpose_queue(void);

/* What ThreadPoolExecutor.__init__ calls from now on. */
PyObject *fa_pools_init(PyObject *redirect, PyObject *const *args, size_t flags, PyObject *names);

#endif
