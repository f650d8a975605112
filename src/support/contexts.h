/* contexts.h: what the objects of contextvars look like inside. */
#ifndef FA_SUPPORT_CONTEXTS_H
#define FA_SUPPORT_CONTEXTS_H

#include "support/compat.h"

/* The object that contextvars.Context is: the same five fields from 3.11 to 3.15 (checked against the
 * running interpreter by fa_layouts_check()). */
typedef struct fa_context_layout {
    PyObject_HEAD
    struct fa_context_layout *ctx_prev; /* the context that was current before; NULL when not entered */
    PyObject *ctx_vars;
    PyObject *ctx_weakreflist;
    int ctx_entered;
} fa_context_layout;

/* The object that contextvars.Token is: the same in those versions, and checked with it. */
typedef struct fa_token_layout {
    PyObject_HEAD
    PyObject *tok_ctx;    /* where it works */
    PyObject *tok_var;
    PyObject *tok_oldval; /* what a reset gives the variable; NULL: nothing */
    int tok_used;
} fa_token_layout;

#endif
