/* shown.h: what an event loop is shown of a future that a held body waits for. */
#ifndef FA_SHOWN_H
#define FA_SHOWN_H

#include "support/state.h"

/* The types, and here->show. Returns 0, or -1 with an exception set. */
int fa_shown_exec(fa_interpreter *here, PyObject *module);

/* Whether an object is one of them: its result is asked for inside. */
bool fa_shown_is(fa_interpreter *here, PyObject *object);

#endif
