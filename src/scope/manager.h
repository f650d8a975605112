/* manager.h: what sandbox() gives: the stateless manager, its decorator and its handle. */
#ifndef FA_MANAGER_H
#define FA_MANAGER_H

#include "authority/scope.h"

/* A policy, ready to be entered as often as asked. Immutable. */
typedef struct fa_manager {
    PyObject_HEAD
    PyObject *policy;        /* owned: the Policy, as given */
    const fa_ruleset *rules; /* owned */
    PyCodeObject *decorates; /* owned: the code of the function it was put on, which is where its scopes
                                say they were entered; or NULL */
    bool warn;
    bool strict;
} fa_manager;

/* A box of the manager's policy that governs nothing yet (new reference, NULL with an exception set). */
fa_box *fa_manager_new_box(fa_interpreter *here, const fa_manager *manager);

/* The types Sandbox and Handle, into the module. Returns 0, or -1 with an exception set. */
int fa_manager_exec(fa_interpreter *here, PyObject *module);

#endif
