/* announced.h: events that the hook lets go, because what they show is judged when it is done. */
#ifndef FA_ANNOUNCED_H
#define FA_ANNOUNCED_H

#include "support/compat.h"

/* The event under which the guard announces to other hooks what it is about to open. Ours tells it by its address,
 * which nobody else can raise, and lets it pass: the opening is judged by itself. */
extern const char fa_announced_event[];

/* A path that FileIO is about to name in an event of this thread, although what it names is judged elsewhere: borrowed,
 * only compared with; NULL for none. Whoever announces one holds it, and puts back what was there before, which is
 * returned. What lets another event `open` come announces anew: until then code of a guest may run. */
PyObject *fa_announced_put(PyObject *path);

/* Whether an `open` with these operands is that event, which comes once. */
bool fa_announced_take(PyObject *path, PyObject *mode, int64_t flags);

/* The same for an act that the guard does: the event is the one whose tuple of operands this is (borrowed; NULL for
 * none). Returns what was there before. */
PyObject *fa_announced_put_act(PyObject *operands);
bool fa_announced_take_act(PyObject *operands);

#endif
