/* future_layout.h: where a future of asyncio's in C keeps its callbacks. */
#ifndef FA_FUTURE_LAYOUT_H
#define FA_FUTURE_LAYOUT_H

#include "support/compat.h"

typedef struct fa_future_layout {
    Py_ssize_t first; /* bytes into the object: the first callback, or NULL */
    Py_ssize_t list;  /* a list of the others, or NULL; 0: nothing is known */
    Py_ssize_t loop;  /* its loop, or NULL */
} fa_future_layout;

/* Learn it from an example of that type. What is not certain is left unknown. Sets no exception. */
void fa_future_layout_learn(fa_future_layout *layout, PyTypeObject *future);

/* Whether it has been learnt. */
static inline bool
fa_future_layout_is_known(const fa_future_layout *layout)
{
    return __atomic_load_n(&layout->list, __ATOMIC_ACQUIRE) != 0;
}

/* The word that a future has there (borrowed). */
static inline PyObject *
fa_future_layout_read(PyObject *future, Py_ssize_t at)
{
    return *(PyObject *const *)((const char *)future + at);
}

#endif
