/* enforce.c: verdicts to their effects. */
#include "enforce/enforce.h"

#include "authority/chain.h"
#include "authority/trusted.h"
#include "enforce/journal.h"
#include "enforce/location.h"
#include "enforce/record.h"
#include "enforce/violation.h"

/* ---- refusing ---- */

#define CALLS 8 /* trusted calls inside one another of which each caller is told */

/* The authority as it was when an event was refused: making a record may run Python code (3.11 collects
 * while allocating), which may change what the thread remembers. */
typedef struct snapshot {
    size_t holder_count, scope_count, box_count;
    fa_holder *holders;     /* owned, with what follows */
    uint32_t *holder_scope;
    fa_scope **scopes;
    fa_box **boxes;         /* each held */
    fa_node *callers[CALLS]; /* each held: who called the trusted functions that run, innermost first */
    size_t call_count;
} snapshot;

static int
take_snapshot(snapshot *s, const fa_authority *a)
{
    size_t holders = a->holder_count * sizeof(fa_holder), scopes = a->scope_count * sizeof(fa_scope *);
    size_t boxes = a->box_count * sizeof(fa_box *), indices = a->holder_count * sizeof(uint32_t);
    char *block = PyMem_RawMalloc(holders + scopes + boxes + indices + 1);
    if (block == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    *s = (snapshot){
        .holder_count = a->holder_count, .scope_count = a->scope_count, .box_count = a->box_count,
        .holders = (fa_holder *)block,
        .scopes = (fa_scope **)(block + holders),
        .boxes = (fa_box **)(block + holders + scopes),
        .holder_scope = (uint32_t *)(block + holders + scopes + boxes),
    };
    memcpy(s->holders, a->holders, holders);
    memcpy(s->scopes, a->scopes, scopes);
    memcpy(s->boxes, a->boxes, boxes);
    memcpy(s->holder_scope, a->holder_scope, indices);
    for (size_t i = 0; i < s->box_count; i++) {
        Py_INCREF(s->boxes[i]);
    }
    const fa_barrier *barrier = a->barrier;
    for (; FA_UNLIKELY(barrier != NULL) && s->call_count < CALLS; barrier = barrier->outer) {
        if (barrier->callers != NULL) {
            s->callers[s->call_count++] = (fa_node *)Py_NewRef(barrier->callers);
        }
    }
    return 0;
}

static void
drop_snapshot(snapshot *s)
{
    for (size_t i = 0; i < s->box_count; i++) {
        Py_DECREF(s->boxes[i]);
    }
    for (size_t i = 0; i < s->call_count; i++) {
        Py_DECREF(s->callers[i]);
    }
    PyMem_RawFree(s->holders);
}

/* The journal of a scope, made at its first refusal; NULL when out of memory. */
static fa_journal *
journal_of(fa_scope *scope)
{
    fa_journal *journal = atomic_load(&scope->journal);
    if (journal == NULL) {
        fa_journal *fresh = fa_journal_new();
        if (fresh == NULL) {
            return NULL;
        }
        if (atomic_compare_exchange_strong(&scope->journal, &journal, fresh)) {
            journal = fresh;
        }
        else {
            fa_journal_free(fresh); /* another thread was faster */
        }
    }
    return journal;
}

static int
tell(fa_scope *scope, const fa_verdict *verdict, fa_record *record)
{
    fa_journal *journal = journal_of(scope);
    if (journal == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (verdict->outcome == FA_QUIET) {
        atomic_fetch_add(&journal->quiet, 1);
    }
    else {
        fa_journal_add(journal, record);
    }
    return 0;
}

/* Whether a caller's box is told already: it is in force itself, or an inner call's caller's as well. */
static bool
is_told(const snapshot *s, size_t call, const fa_box *box)
{
    bool told = false;
    for (size_t i = 0; i < s->box_count && !told; i++) {
        told = s->boxes[i] == box;
    }
    for (size_t i = 0; i < call && !told; i++) {
        told = fa_chain_has(s->callers[i], box);
    }
    return told;
}

/* Put a refusal into the records of the scope that refused, of every scope around it, and of those that a trusted call
 * was made from. Returns 0, or -1 with an exception set. */
static int
remember(const snapshot *s, size_t first, const fa_verdict *verdict, fa_record *record)
{
    for (size_t i = first; i < s->scope_count; i++) {
        if (tell(s->scopes[i], verdict, record) < 0) {
            return -1;
        }
    }
    for (size_t call = 0; call < s->call_count; call++) {
        for (fa_node *node = s->callers[call]; node != NULL; node = node->outer) {
            if (node->box != NULL && !is_told(s, call, node->box) && tell(&node->box->scope, verdict, record) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

/* Record one refusal. A record (owned), or NULL with an exception set. */
static fa_record *
record_refusal(const snapshot *s, size_t scope_index, const fa_event *event, const fa_verdict *verdict,
               bool let_go)
{
    fa_scope *scope = s->scopes[scope_index];
    fa_where origin = {0};
    if (scope->code != NULL) {
        fa_location_of_code(scope->code, PyCode_Addr2Line(scope->code, scope->offset), &origin);
    }
    fa_record *record = fa_record_make(event, *verdict, scope->rules->name, &origin, let_go);
    free(origin.file);
    free(origin.function);
    if (record != NULL && remember(s, scope_index, verdict, record) < 0) {
        fa_record_drop(record);
        return NULL;
    }
    return record;
}

static int
refuse(const fa_authority *authority, const fa_event *event, fa_verdict verdict, size_t at)
{
    snapshot s;
    if (take_snapshot(&s, authority) < 0) {
        return -1;
    }
    int status = 0;
    bool guard = fa_event_rows[event->id].guard;
    while (status == 0 && verdict.outcome != FA_ALLOW) {
        size_t scope = at < s.holder_count ? s.holder_scope[at] : 0;
        bool let_go = at < s.holder_count && s.holders[at].warn && !guard;
        fa_record *record = record_refusal(&s, scope, event, &verdict, let_go);
        if (record == NULL) {
            status = -1;
            break;
        }
        if (!let_go) {
            status = fa_violation_raise(record);
        }
        fa_record_drop(record);
        if (let_go) {
            at++;
            verdict = fa_decide(s.holders, s.holder_count, event, &at);
        }
    }
    drop_snapshot(&s);
    return status;
}

int
fa_enforce(const fa_authority *authority, const fa_event *event)
{
    size_t at = 0;
    fa_verdict verdict = fa_decide(authority->holders, authority->holder_count, event, &at);
    if (FA_LIKELY(verdict.outcome == FA_ALLOW)) {
        fa_enforce_allow(authority, (fa_right)event->right);
        return 0;
    }
    return refuse(authority, event, verdict, at);
}

bool
fa_enforce_allows(const fa_authority *authority, const fa_event *event)
{
    size_t at = 0;
    bool allows = fa_decide(authority->holders, authority->holder_count, event, &at).outcome == FA_ALLOW;
    if (allows) {
        fa_enforce_allow(authority, (fa_right)event->right);
    }
    return allows;
}

int
fa_enforce_refuse(const fa_authority *authority, const fa_event *event, fa_reason reason)
{
    fa_verdict verdict = {.outcome = FA_REFUSE, .reason = (uint8_t)reason, .right = event->right};
    if (authority->scope_count > 0) {
        return refuse(authority, event, verdict, authority->holder_count);
    }
    /* Nothing is in force but a value that is not ours: nobody's record, refused all the same. */
    fa_record *record = fa_record_make(event, verdict, NULL, NULL, false);
    if (record == NULL) {
        return -1;
    }
    int status = fa_violation_raise(record);
    fa_record_drop(record);
    return status;
}

int
fa_enforce_raise_first(const fa_scope *scope)
{
    fa_journal *journal = atomic_load(&scope->journal);
    if (journal == NULL) {
        return 0;
    }
    for (size_t i = 0; i < FA_JOURNAL_KEPT; i++) {
        fa_record *record = atomic_load(&journal->kept[i]);
        if (record != NULL && !record->let_go) {
            return fa_violation_raise(record);
        }
    }
    return 0;
}
