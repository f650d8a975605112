/* slots.h: replaces a function of a type, with its slot wrapper and the subclasses that exist. */
#ifndef FA_SLOTS_H
#define FA_SLOTS_H

#include "support/compat.h"

typedef void (*fa_slot)(void);

/* Put `ours` where `type` and its subclasses have their common function: `at` is its place in PyTypeObject, `name` that of
 * the wrapper which Python code calls it by. `*original` is what was there, written before ours can be called. Idempotent,
 * also for a type of the same kind in another interpreter. Returns 0, or -1 with an exception set. */
int fa_slots_replace(PyTypeObject *type, size_t at, const char *name, fa_slot ours, fa_slot *original);

/* The same for a function that `type` inherited: it gets wrappers of its own, by all the names (the last is NULL) that the base
 * has wrappers for. */
int fa_slots_add(PyTypeObject *type, size_t at, const char *const names[], fa_slot ours, fa_slot *original);

/* The functions of the attribute `name` of a type in C: `our_get` and `our_set` (each may be NULL) in the place of *read and *write, of
 * which *read is also just told (NULL: not asked for). Idempotent. Returns 0, or -1 with an exception set. */
int fa_slots_attribute(PyTypeObject *type, const char *name, getter *read, setter *write, getter our_get, setter our_set);

/* The same for tp_new, which a type's `__new__` looks up itself. */
int fa_slots_replace_new(PyTypeObject *type, newfunc ours, newfunc *original);

#endif
