/* violation.h: Violation and its two leaves: the classes, their attributes, raising them. */
#ifndef FA_VIOLATION_H
#define FA_VIOLATION_H

#include "support/state.h"

#include "enforce/journal.h"

/* Make the classes of this interpreter, unless it has them, and put them into the module: Violation, PermissionViolation, ImportViolation.
 * Returns 0, or -1 with an exception set. */
int fa_violation_exec(fa_interpreter *here, PyObject *module);

/* A new exception object for a record (new reference), with no traceback; NULL with an exception
 * set. In an interpreter that has not imported the package: a plain PermissionError. */
PyObject *fa_violation_from_record(const fa_record *record);

/* Raise it. Always returns -1. */
int fa_violation_raise(const fa_record *record);

/* The serial number of a violation object, 0 for anything else. Touches no Python attribute. */
uint64_t fa_violation_serial(PyObject *exception);

#endif
