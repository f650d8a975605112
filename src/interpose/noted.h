/* noted.h: what is noted of objects beside them, as long as they live. */
#ifndef FA_NOTED_H
#define FA_NOTED_H

#include "support/compat.h"

/* Objects by their address, so that nothing of theirs is asked. */
typedef struct fa_noted {
    PyObject *dict;   /* owned: address → (weak object, what is noted) */
    Py_ssize_t sweep; /* at how many of them those that are gone are looked for */
} fa_noted;

/* Returns 0, or -1 with an exception set. */
int fa_noted_init(fa_noted *noted);

void fa_noted_clear(fa_noted *noted);

/* What is noted of `object`: 1 and a new reference, 0 (and NULL), -1 with an exception set. */
int fa_noted_get(const fa_noted *noted, PyObject *object, PyObject **value);

/* Note it. The object has to take weak references. Returns 0, or -1 with an exception set. */
int fa_noted_put(fa_noted *noted, PyObject *object, PyObject *value);

#endif
