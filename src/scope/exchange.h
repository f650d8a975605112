/* exchange.h: what a server hands to one request, its receive and its send, as the application gets them. */
#ifndef FA_EXCHANGE_H
#define FA_EXCHANGE_H

#include "authority/trusted_own.h"
#include "scope/trusted.h"

/* One of the two. Application code has it: it can call it, and nothing else. */
typedef struct fa_side {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *function;     /* owned: the server's, of one's own where it can be copied; NULL: going away */
    struct fa_side *sender; /* owned: of a receive, the send of the same request, which has what follows; else NULL */
    fa_trust trust;         /* what both run under */
    fa_own spare;           /* owned, in this object's critical section: a context that no call is in; or empty */
    bool checks;            /* it sends the messages of HTTP and of websockets, and no others */
    _Atomic(const char *) begun; /* the type of the message with which an answer began, or "" */
} fa_side;

/* The side that has what both share. */
static inline fa_side *
fa_exchange_shared(fa_side *side)
{
    return side->sender != NULL ? side->sender : side;
}

/* Before the first step of a call: *message (owned; NULL: of receive) becomes plain, and *own a context for it. Returns 0, or
 * -1 with an exception set, also when this message may not be sent. */
int fa_exchange_begin(fa_interpreter *here, fa_side *side, PyObject **message, fa_own *own);

/* A context that can serve again; it stays with the caller when there is one already. */
void fa_exchange_give_back(fa_side *side, fa_own *own);

/* What drives one call (new reference, NULL with an exception set): nothing runs before it is stepped. `message` is what is
 * to be sent; NULL: of receive. */
PyObject *fa_exchange_call_new(fa_interpreter *here, fa_side *side, PyObject *message);

/* Make the types. Returns 0, or -1 with an exception set. */
int fa_exchange_exec(fa_interpreter *here, PyObject *module);
int fa_exchange_call_exec(fa_interpreter *here, PyObject *module);

/* Put exchange() and begun() into a module. Returns 0, or -1 with an exception set. */
int fa_exchange_add_functions(PyObject *module);

#endif
