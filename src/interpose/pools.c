/* pools.c: worker threads that belong to nobody's scope. */
#include "interpose/pools.h"

int
fa_pools_starts_neutral(fa_interpreter *Py_UNUSED(here), PyObject *Py_UNUSED(callable))
{
    return 0;
}
