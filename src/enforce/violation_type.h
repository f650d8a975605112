/* violation_type.h: the exception classes themselves: their storage, attributes and pickling. */
#ifndef FA_VIOLATION_TYPE_H
#define FA_VIOLATION_TYPE_H

#include "support/compat.h"

/* The base class, which has no storage of its own and is never raised (new reference). */
PyObject *fa_violation_type_new(PyObject *module);

/* A leaf: the base class and a standard one, OSError's PermissionError or ImportError (new reference). */
PyObject *fa_violation_type_new_leaf(PyObject *module, PyObject *violation, PyObject *standard);

/* An exception of a leaf (new reference) from checked details, which are borrowed; NULL with an
 * exception set. `serial` is that of the record it is made from, or 0. */
PyObject *fa_violation_type_make(PyTypeObject *leaf, PyObject *details, uint64_t serial);

/* The serial number of an exception of a leaf. */
uint64_t fa_violation_type_serial(PyObject *exception);

#endif
