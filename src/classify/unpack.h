/* unpack.h: the argument tuple of an event to plain operands; the only reader of that tuple. */
#ifndef FA_UNPACK_H
#define FA_UNPACK_H

#include "support/compat.h"

#include "classify/event.h"
#include "classify/resolve.h"

/* An event and what keeps its texts alive. Large: lives on the hook's stack, and only the parts
 * that its shape uses are written. */
typedef struct fa_unpacked {
    fa_event event;
    PyObject *held[4];        /* owned, NULL when unused: encoded copies of str operands */
    void *block;              /* owned, PyMem_RawMalloc, NULL when unused: argv, environment */
    fa_resolved resolved[2];  /* what event.as.files.place[i].path points into */
} fa_unpacked;

/* Fill in `unpacked` for event `id`. With `operands` false only name, id and right are set (shape
 * FA_SHAPE_NONE) and nothing is read from the tuple.
 *
 * Raw data only: exact types and base layouts through the C API; no method of an operand is called.
 * Arguments of another shape than CPython sends give FA_SHAPE_BROKEN, which every check refuses.
 * Returns 0, or -1 with an exception set (no memory). Clear it in both cases. */
int fa_unpack(fa_unpacked *unpacked, uint16_t id, bool operands, const char *name, PyObject *args);
void fa_unpacked_clear(fa_unpacked *unpacked);

#endif
