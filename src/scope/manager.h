/* manager.h: what sandbox() gives: the stateless manager, its decorator and its handle. */
#ifndef FA_MANAGER_H
#define FA_MANAGER_H

#include "authority/scope.h"

/* A policy, ready to be entered as often as asked. Immutable. */
typedef struct fa_manager {
    PyObject_HEAD
    fa_terms terms;          /* whose keeper it is */
    PyObject *ruleset;       /* owned: what the rules belong to; the policy is owned, too */
    PyCodeObject *decorates; /* owned: the code of the function it was put on, which is where its scopes
                                say they were entered; or NULL */
} fa_manager;

/* A manager of a policy, once everything is in place (new reference, NULL with an exception set). */
fa_manager *fa_manager_new(fa_interpreter *here, PyObject *policy, PyObject *ruleset, bool warn);

/* A box of the manager's policy that governs nothing yet (new reference, NULL with an exception set), entered in
 * `frame`, which may be NULL. */
fa_box *fa_manager_new_box(fa_interpreter *here, const fa_manager *manager, fa_frame *frame);

/* What `with` calls first: a scope of the manager's policy is in force, and its box is given, or an awaitable of
 * that. NULL with an exception set. */
PyObject *fa_manager_enter(PyObject *manager, bool is_async);

/* Make the types Sandbox and Handle, once in an interpreter. Returns 0, or -1 with an exception set. */
int fa_manager_exec(fa_interpreter *here, PyObject *module);

/* Put the function manage() into a module. Returns 0, or -1 with an exception set. */
int fa_manager_add_functions(PyObject *module);

#endif
