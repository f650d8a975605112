/* job.h: a job in a pool's queue, with the authority it came with. */
#ifndef FA_JOB_H
#define FA_JOB_H

#include "authority/scope.h"

/* The type (new reference), one an interpreter; NULL with an exception set. */
PyTypeObject *fa_job_type(void);

/* A job whose run() runs that of `item` under `chain`; holds both. NULL with an exception set. */
PyObject *fa_job_new(PyTypeObject *type, PyObject *item, fa_node *chain);

#endif
