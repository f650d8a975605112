/* install.c: adds the hook once per process and proves that it runs. */
#include "audit/install.h"

#include "audit/hook.h"
#include "authority/gate.h"

#define PROBE "fastaudit.probe"

static atomic_int probing;              /* threads that are proving the hook now */
static FA_THREAD_LOCAL int arrived;     /* probes of this thread that came back */
static const fa_install_step *expected; /* ended by NULL; static, set at import */

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

static int
install_hook(fa_interpreter *here)
{
    /* Statics survive when an embedder initialises Python again, hooks do not: ask, do not remember. */
    int seen = probe();
    if (seen == 0) {
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
    if (install_hook(here) < 0) {
        return -1;
    }
    for (const fa_install_step *step = expected; *step != NULL; step++) {
        if ((*step)(here) < 0) {
            return not_installed(here, "fastaudit cannot hold code on this interpreter: a mechanism it "
                                       "stands on could not be put in place");
        }
    }
    here->ready = true;
    return 0;
}
