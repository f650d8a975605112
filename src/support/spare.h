/* spare.h: the block of an object that died, put by for the next of its kind. */
#ifndef FA_SPARE_H
#define FA_SPARE_H

#include "support/compat.h"

/* What entering makes and leaving drops, each time one of each. */
typedef enum fa_spare_kind { FA_SPARE_NODE, FA_SPARE_BOX, FA_SPARE_EXIT, FA_SPARE_ENTRY, FA_SPARE_KINDS } fa_spare_kind;

/* An interpreter's place for one kind. Its GIL guards it; without a GIL nothing is put by. */
typedef struct fa_spare {
    void *block; /* owned: what PyObject_New() gave, without a type; or NULL */
} fa_spare;

/* An object of `type`, as PyObject_New() gives it: its own fields are not set. */
static inline void *
fa_spare_new(fa_spare *spare, PyTypeObject *type)
{
    void *block = FA_OBJECTS_MAY_CHANGE ? NULL : spare->block;
    if (FA_LIKELY(block != NULL)) {
        spare->block = NULL;
        return PyObject_Init(block, type);
    }
    return PyObject_New(PyObject, type);
}

/* Free an object, or put it by. Its type is the caller's to let go of. `spare` is NULL where none is. */
static inline void
fa_spare_drop(fa_spare *spare, void *object)
{
    if (FA_OBJECTS_MAY_CHANGE || spare == NULL || spare->block != NULL) {
        PyObject_Free(object);
    }
    else {
        spare->block = object;
    }
}

/* Give it back. */
static inline void
fa_spare_free(fa_spare *spare)
{
    PyObject_Free(spare->block);
    spare->block = NULL;
}

#endif
