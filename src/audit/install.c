/* install.c: adds the hook once per process and proves that it runs. */
#include "audit/install.h"

#include <pthread.h>
#include <time.h>

#include "audit/hook.h"
#include "audit/listeners.h"
#include "authority/gate.h"

#define PROBE "fastaudit.probe"

static atomic_int probing;              /* threads that are proving the hook now */
static FA_THREAD_LOCAL int arrived;     /* probes of this thread that came back */
static _Atomic(const fa_install_step *) expected; /* ended by NULL; static, set at import */

bool
fa_install_is_probing(void)
{
    return atomic_load_explicit(&probing, memory_order_relaxed) != 0;
}

bool
fa_install_probe(const char *name)
{
    if (strcmp(name, PROBE) != 0) {
        return false;
    }
    arrived++;
    return true;
}

void
fa_install_expect(const fa_install_step *steps)
{
    expected = steps;
}

/* Whether the hook sees events: how often it saw one. Negative with an exception set. */
static int
probe(void)
{
    arrived = 0;
    fa_gate_add(); /* behind a closed gate the hook looks at nothing */
    atomic_fetch_add(&probing, 1);
    int status = PySys_Audit(PROBE, NULL);
    atomic_fetch_sub(&probing, 1);
    fa_gate_remove();
    return status < 0 ? -1 : arrived;
}

/* Replace whatever is raised by the one error a user can do something about. */
static int
not_installed(fa_interpreter *here, const char *why)
{
    PyObject *cause = PyErr_GetRaisedException();
    PyErr_SetString(here->hook_error, why);
    if (cause != NULL) {
        PyObject *error = PyErr_GetRaisedException();
        PyException_SetCause(error, cause);
        PyErr_SetRaisedException(error);
    }
    return -1;
}

/* ---- one thread at a time ---- */

static atomic_ulong holder; /* the thread that puts things in place, in whatever interpreter; 0: none */

/* Only the thread that forked goes on in the child. */
static void
forget_holder(void)
{
    if (atomic_load(&holder) != PyThread_get_thread_ident()) {
        atomic_store(&holder, 0);
    }
}

static void
watch_forks(void)
{
    (void)pthread_atfork(NULL, NULL, forget_holder); /* no memory: a child of that moment waits for ever */
}

/* Wait for whoever is at it. By sleeping: this comes once, and what is put in place meanwhile imports modules,
 * so whoever waits must let every other thread run. Returns 0, or -1 with an exception set. */
static int
begin_install(fa_interpreter *here)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    unsigned long self = PyThread_get_thread_ident(), found = 0;

    pthread_once(&once, watch_forks);
    while (!atomic_compare_exchange_strong(&holder, &found, self)) {
        if (found == self) {
            return not_installed(here, "fastaudit was asked for a scope while it is being put in place");
        }
        found = 0;
        Py_BEGIN_ALLOW_THREADS
        (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        Py_END_ALLOW_THREADS
        if (PyErr_CheckSignals() < 0) {
            return -1;
        }
    }
    return 0;
}

/* Modules that what is put in place looks into. Imported before others have to wait for us: an import may
 * wait for another thread's, and that thread for us. What this Python lacks, its own step knows. */
static int
import_first(void)
{
    static const char *const names[] = {
        "_io", "_posixsubprocess", "_queue", "_socket", "_thread", "concurrent.futures.process",
        "concurrent.futures.thread", "contextlib", "fastaudit._children", "fastaudit._redirect", "gc",
        "multiprocessing.pool", "multiprocessing.queues", "multiprocessing.spawn", "os", "threading",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        PyObject *module = PyImport_ImportModule(names[i]); /* owned */
        if (module == NULL && !PyErr_ExceptionMatches(PyExc_ImportError)) {
            return -1;
        }
        PyErr_Clear();
        Py_XDECREF(module);
    }
    return 0;
}

/* ---- putting it in place ---- */

static int
install_hook(fa_interpreter *here)
{
    /* Statics survive when an embedder initialises Python again, hooks do not: ask, do not remember. */
    int seen = probe();
    if (seen == 0) {
        fa_listeners_look();
        if (PySys_AddAuditHook(fa_audit_hook, NULL) < 0) {
            return not_installed(here, "an audit hook that was added earlier refused fastaudit's");
        }
        seen = probe();
    }
    if (seen < 0) {
        return not_installed(here, "an audit hook that was added earlier refused fastaudit's probe");
    }
    if (seen == 0) {
        return not_installed(here, "fastaudit's audit hook does not run: a hook that was added earlier "
                                   "vetoes others without a word; import and use fastaudit before it");
    }
    atomic_store(&fa_state_process.hook_runs, true);
    return 0;
}

static int
install_all(fa_interpreter *here)
{
    if (install_hook(here) < 0) {
        return -1;
    }
    for (const fa_install_step *step = expected; *step != NULL; step++) {
        if ((*step)(here) < 0) {
            return not_installed(here, "fastaudit cannot hold code on this interpreter: a mechanism it "
                                       "stands on could not be put in place");
        }
    }
    return 0;
}

int
fa_install_ready(void)
{
    fa_interpreter *here = fa_state_here();
    if (here == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: this interpreter is going away");
        return -1;
    }
    if (here->ready) {
        return here->refresh == NULL ? 0 : here->refresh(here);
    }
    if (import_first() < 0 || begin_install(here) < 0) {
        return -1;
    }
    int status = here->ready ? 0 : install_all(here);
    atomic_store(&here->ready, status == 0);
    atomic_store(&holder, 0);
    return status;
}
