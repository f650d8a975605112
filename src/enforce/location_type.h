/* location_type.h: Location, a place in Python code as a named value: file, line, function. */
#ifndef FA_LOCATION_TYPE_H
#define FA_LOCATION_TYPE_H

#include "support/compat.h"

#include "enforce/journal.h"

/* Make the class (new reference); NULL with an exception set. An immutable subclass of tuple: the
 * named tuples of C (PyStructSequence) could be changed from Python. */
PyObject *fa_location_type_new(PyObject *module);

/* A Location (new reference), or None where the file is not known; NULL with an exception set. */
PyObject *fa_location_type_make(PyTypeObject *type, const fa_where *where);

/* A text of a record as a str, or None for NULL (new reference); NULL with an exception set. */
PyObject *fa_location_type_text(const char *text);

#endif
