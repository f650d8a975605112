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

/* A greenlet may be given the context that another one is in, so contexts can lie around each other in a circle. */
typedef struct fa_circle {
    const fa_context_layout *seen;
    size_t steps;
} fa_circle;

/* Whether a walk outwards, at each step of which this is asked, has been everywhere by now. Most end within a few steps. */
static inline bool
fa_circle_closes(fa_circle *circle, const fa_context_layout *context)
{
    if (FA_LIKELY(++circle->steps < 64)) {
        return false;
    }
    if (context == circle->seen) {
        return true;
    }
    if ((circle->steps & (circle->steps - 1)) == 0) {
        circle->seen = context;
    }
    return false;
}

/* The context that no other lies around, beginning with `context`; NULL in a circle. */
static inline const fa_context_layout *
fa_contexts_outermost(const fa_context_layout *context)
{
    fa_circle circle = {NULL, 0};
    while (context->ctx_prev != NULL) {
        context = context->ctx_prev;
        if (FA_UNLIKELY(fa_circle_closes(&circle, context))) {
            return NULL;
        }
    }
    return context;
}

/* The object that contextvars.Token is: the same in those versions, and checked with it. */
typedef struct fa_token_layout {
    PyObject_HEAD
    PyObject *tok_ctx;    /* where it works */
    PyObject *tok_var;
    PyObject *tok_oldval; /* what a reset gives the variable; NULL: nothing */
    int tok_used;
} fa_token_layout;

#endif
