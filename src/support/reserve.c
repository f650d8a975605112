/* reserve.c: memory put by while entering, so that leaving does not fail for the lack of it. */
#include "support/reserve.h"

/* What leaving takes is a few small objects: nodes of a context's mapping, a token, nodes of a chain, a frame
 * object. Blocks of each size that allocators tell apart serve whichever they are. */
#define SMALLEST 32
#define LARGEST 512
#define STEP 16
#define OF_EACH 4

typedef struct block {
    struct block *next;
} block;

static void
free_blocks(block *list)
{
    while (list != NULL) {
        block *next = list->next;
        PyObject_Free(list);
        list = next;
    }
}

int
fa_reserve_fill(fa_interpreter *here)
{
    if (FA_LIKELY(atomic_load_explicit(&here->reserve, memory_order_relaxed) != NULL)) {
        return 0;
    }
    block *list = NULL; /* owned */
    for (size_t size = SMALLEST; size <= LARGEST; size += STEP) {
        for (int i = 0; i < OF_EACH; i++) {
            block *one = PyObject_Malloc(size);
            if (one == NULL) {
                free_blocks(list);
                PyErr_NoMemory();
                return -1;
            }
            one->next = list;
            list = one;
        }
    }
    free_blocks(atomic_exchange(&here->reserve, list)); /* another thread may have been faster */
    return 0;
}

void
fa_reserve_free(fa_interpreter *here)
{
    free_blocks(atomic_exchange(&here->reserve, NULL));
}

bool
fa_reserve_open(fa_interpreter *here)
{
    if (!PyErr_ExceptionMatches(PyExc_MemoryError)) {
        return false;
    }
    PyErr_Clear(); /* and what its traceback holds */
    fa_reserve_free(here);
    return true;
}

int
fa_reserve_context(void)
{
    PyObject *context = PyContext_CopyCurrent(); /* makes it on the way */
    Py_XDECREF(context);
    return context == NULL ? -1 : 0;
}

int
fa_reserve_token(void)
{
    /* A thread's first context would take some, too. */
    if (FA_UNLIKELY(PyThreadState_Get()->context == NULL) && fa_reserve_context() < 0) {
        return -1;
    }
    void *room = PyObject_Malloc((size_t)PyContextToken_Type.tp_basicsize + 2 * sizeof(void *));
    if (room == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    PyObject_Free(room); /* the block that the next call for this size gets */
    return 0;
}
