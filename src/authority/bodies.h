/* bodies.h: generators and async generators that have a scope open: their bodies are held wherever they run. */
#ifndef FA_BODIES_H
#define FA_BODIES_H

#include "authority/collection.h"

/* Whether any generator of this interpreter has a scope open. */
static inline bool
fa_bodies_are_open(const fa_interpreter *here)
{
    return !fa_pairs_is_empty(&here->bodies);
}

/* The box is about to be entered by `opener`, which runs here: a generator, or none of one (NULL). From here on it
 * holds that one's body; and that of the generator whose frame is its anchor, which uses it through contextlib.
 * Coroutines belong to their task's context. Returns 0, or -1 with an exception set: then as it was. */
int fa_bodies_add(fa_interpreter *here, fa_box *box, PyObject *opener);

/* Its token is spent, or dead, or it was not entered after all. What uses an open scope through contextlib is held
 * until that has ended: a token that lies in a stack can be thrown away by anybody. */
void fa_bodies_remove(fa_box *box);

/* It is freed: nothing is to lead to it. */
void fa_bodies_forget(fa_box *box);

/* Whether nobody knows but the anchor that the anchor's body is held: it must stay. */
bool fa_bodies_need_anchor(fa_box *box);

/* Add the boxes of the bodies that the thread runs, innermost first; and note which they were. Returns false when
 * out of memory. */
bool fa_bodies_collect(fa_interpreter *here, PyThreadState *tstate, fa_collection *c);

/* Whether the thread runs the bodies that were noted. Nothing was added or removed since. */
bool fa_bodies_are_the_same(const fa_thread *th, PyThreadState *tstate);

/* Whether the thread runs the body of the generator that uses the box through contextlib. */
bool fa_bodies_hold(PyThreadState *tstate, fa_box *box);

#endif
