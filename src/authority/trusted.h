/* trusted.h: running code with its maker's authority: a barrier where the walk along the contexts ends. */
#ifndef FA_TRUSTED_H
#define FA_TRUSTED_H

#include "authority/scope.h"

/* A trusted call while its body runs. Its box lies on the chain of
 * the context in which it was begun, around nothing but the maker's scopes. In that context, and only while the body
 * runs, the walk ends there: with what the maker had. Copies of that context carry the maker's scopes and no barrier:
 * nothing that Python code can get hold of is one. */
typedef struct fa_barrier {
    const struct fa_barrier *outer; /* borrowed: of the call that the caller runs in, or NULL */
    fa_node *callers;  /* borrowed: what the caller was held to, as a chain; NULL: nothing */
    const void *stack; /* the Python stack that it runs on: a greenlet has one of its own */
    const void *place; /* the generator that was innermost: it and those around it are the caller's */
    fa_box *box;       /* owned */
    PyObject *context; /* owned: where it was begun */
    PyObject *vars;    /* owned: what that context held, for when memory lacks to put it back in order */
    fa_node *before;   /* owned: the caller's chain there; NULL: none */
    uint64_t homes;    /* which of those were entered there, by number; beyond 64 none */
} fa_barrier;

/* A box for one call (new reference, NULL with an exception set): of the terms of a policy, or (NULL) of none. */
fa_box *fa_trusted_box(fa_interpreter *here, const fa_terms *terms, PyCodeObject *code);

/* From here on nothing governs but `maker`'s scopes (NULL: none), what `box` enforces, what the body opened before it was
 * suspended (`kept`: what fa_trusted_end() gave then; NULL: nothing), and the floors. *barrier is for fa_trusted_end(), which
 * frees it. Returns 0, or -1 with an exception
 * set: then all is as it was. */
int fa_trusted_begin(fa_interpreter *here, fa_barrier **barrier, fa_box *box, fa_node *maker, fa_node *callers,
                     const fa_node *kept);

/* The body is suspended, or over: what governed before does so again, with the scopes that the body opened and others
 * still have to end. Keeps no exception: the caller has none set. Returns 0, or -1 with an exception set, when all the
 * same the caller's authority is in force again. *kept (owned by the caller, may be NULL; NULL when the body cannot be
 * suspended) is exchanged for what to begin with the next time. */
int fa_trusted_end(fa_interpreter *here, fa_barrier *barrier, bool suspends, fa_node **kept);

/* A barrier of a call that begins here, not in force yet: `callers` is borrowed. NULL with an exception set. */
fa_barrier *fa_trusted_new(fa_box *box, fa_node *callers);
void fa_trusted_free(fa_barrier *barrier);

/* Whether the body of the call is what this thread runs: not so in a greenlet to which it switched. */
bool fa_trusted_runs(const fa_barrier *barrier);

#endif
