/* trusted.h: callables that run with their maker's authority, and the bodies that such calls leave suspended. */
#ifndef FA_SCOPE_TRUSTED_H
#define FA_SCOPE_TRUSTED_H

#include "authority/trusted.h"

/* What a trusted call runs under. Shared by the callable's calls; a body that is suspended keeps a copy. */
typedef struct fa_trust {
    fa_node *maker;      /* owned: the scopes in force where it was made; NULL: none */
    PyObject *manager;   /* owned: of the policy that it was made with; NULL: none */
    PyObject *name;      /* owned: an exact str; one for each function, which it stands for */
    PyCodeObject *code;  /* owned, or NULL: where its scopes say that they were entered */
    PyObject *context;   /* owned: of an adapter, whose calls run in copies of it; else NULL */
    PyObject *cancelled; /* owned: of an adapter, asyncio's CancelledError as its maker knew it; or NULL */
} fa_trust;

void fa_trust_copy(fa_trust *to, const fa_trust *from);
void fa_trust_clear(fa_trust *trust);

/* One call of it. */
typedef struct fa_trusted_call {
    fa_box *box;       /* owned */
    fa_node *callers;  /* owned: what the caller is held to, whose boxes have noted it; NULL: nothing, or an adapter */
    PyObject *context; /* owned: where it runs; NULL: in the caller's */
    fa_node *kept;     /* owned: what its body has open while it is suspended; or NULL */
} fa_trusted_call;

/* Make one, noted by its caller. `suspends` when its body can be. Returns 0, or -1 with an exception set. */
int fa_trusted_call_make(fa_interpreter *here, const fa_trust *trust, bool suspends, fa_trusted_call *call);

/* It has ended, or was given up. Twice does no harm. */
void fa_trusted_call_end(const fa_trust *trust, fa_trusted_call *call);

/* Enter and leave: what runs between them runs with the maker's authority, in the call's context. Begin returns 0, or
 * -1 with an exception set. Leave keeps the exception that is set, unless it returns -1 with one of its own. */
int fa_trusted_call_enter(fa_interpreter *here, const fa_trust *trust, const fa_trusted_call *call,
                          fa_barrier **barrier);
int fa_trusted_call_leave(fa_interpreter *here, fa_trusted_call *call, fa_barrier *barrier, bool suspends);

/* What drives a body that can be suspended: `body` (stolen) and `call` (stolen, also when this fails) are a generator's,
 * coroutine's or an asynchronous generator's, or an awaitable's iterator. NULL with an exception set. */
PyObject *fa_trusted_body_new(fa_interpreter *here, const fa_trust *trust, fa_trusted_call *call, PyObject *body);

/* Make the types Trusted and TrustedBody. Returns 0, or -1 with an exception set. */
int fa_trusted_exec(fa_interpreter *here, PyObject *module);
int fa_trusted_body_exec(fa_interpreter *here, PyObject *module);

/* Put the function trust() into a module. Returns 0, or -1 with an exception set. */
int fa_trusted_add_functions(PyObject *module);

#endif
