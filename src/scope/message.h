/* message.h: values reduced to plain built-in types, so that nothing of who made them goes with them. */
#ifndef FA_MESSAGE_H
#define FA_MESSAGE_H

#include "support/compat.h"

/* A copy of positional (a tuple) and of named arguments (a dict, or NULL) made of dict, list, tuple, str, bytes, int,
 * float, bool and None themselves: objects of subclasses are read by their base layout, no method of theirs is called.
 * At most ten million values, or a million containers.
 * Returns 0, or -1 with an exception set: TypeError for anything else, which says where it lies. */
int fa_message_reduce(PyObject *args, PyObject *kwargs, PyObject **plain_args, PyObject **plain_kwargs);

/* The same of one value, which an error calls argument 1 (new reference). NULL with an exception set. */
PyObject *fa_message_reduce_one(PyObject *value);

/* Whether it is plain already, and holds nothing. */
static inline bool
fa_message_is_plain(PyObject *value)
{
    return PyBytes_CheckExact(value) || PyUnicode_CheckExact(value) || PyLong_CheckExact(value) || value == Py_None
        || PyBool_Check(value) || PyFloat_CheckExact(value);
}

#endif
