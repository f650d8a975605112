/* unpack.h: the argument tuple of an event to plain operands; the only reader of that tuple. */
#ifndef FA_UNPACK_H
#define FA_UNPACK_H

#include "support/compat.h"

#include "classify/event.h"
#include "classify/resolve.h"

/* An event and what keeps its texts alive. Large: lives on the hook's stack, and only the parts
 * that its shape uses are written. Texts point into the argument tuple, `chunks` or `resolved`. */
typedef struct fa_unpacked {
    fa_event event;
    struct fa_chunk *chunks;  /* owned, NULL when unused: encoded and copied texts, lists of texts */
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

/* Once per interpreter, when the module is made: learn how this Python encodes paths, and add the
 * private function that shows operands to the tests. Returns 0, or -1 with an exception set. */
int fa_unpack_exec(PyObject *module);

#endif
