/* exit.h: the one-shot token that a `with` statement fetches while entering, and who may use it. */
#ifndef FA_EXIT_H
#define FA_EXIT_H

#include "authority/frames.h"
#include "authority/scope.h"

/* An exit: fetched by each look-up of __exit__ or __aexit__. The one that a `with` statement fetched lies
 * on its frame's value stack, out of Python's reach, and only it is linked to a box. Not known to the
 * collector, so that the collector cannot show it either. */
typedef struct fa_exit {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *manager; /* owned; NULL when looked up on the class */
    fa_box *box;       /* owned once linked; NULL before */
    struct fa_pending *place; /* borrowed: of the thread that fetched it */
    fa_frame *frame;   /* that fetched it, or for which contextlib did; compared only */
    int offset;        /* where in its code, bytes */
    bool is_async;
    bool by_stack; /* contextlib fetched it, and shows it in its deque: frames decide who may use it */
    atomic_bool spent; /* or somebody is about to spend it */
} fa_exit;

/* Types of exit and of its look-up. */
int fa_exit_exec(fa_interpreter *here, PyObject *module);

/* Put the look-ups of __exit__ and __aexit__ on the manager's type. */
int fa_exit_attach(fa_interpreter *here, PyTypeObject *manager_type);

/* The exit that the code entering `manager`, in `frame` (or NULL), just fetched, if it was a `with` statement or
 * contextlib that did it; then *opening says which. NULL when this is a direct call (no exception set). Borrowed. */
fa_exit *fa_exit_of_entry(PyObject *manager, bool is_async, fa_frame *frame, fa_opening *opening);

/* Link it: from now on it ends `box`. */
void fa_exit_link(fa_exit *token, fa_box *box);

#endif
