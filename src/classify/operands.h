/* operands.h: single operands of an event to plain data, read by their base layout. */
#ifndef FA_OPERANDS_H
#define FA_OPERANDS_H

#include "classify/unpack.h"

/* Every reader returns 1; 0 when the operand is of another kind than CPython sends (the event is
 * broken); -1 with an exception set (no memory). None of them calls a method of an operand. */

/* Memory that lives as long as `unpacked`; NULL with an exception set. */
void *fa_operands_take(fa_unpacked *unpacked, size_t size);

/* A str (encoded as the file system's names are), bytes, or a subclass of these. */
int fa_operands_text(fa_unpacked *unpacked, PyObject *object, fa_text *text);

/* The same for what the system takes as a NUL-terminated string: 0 when there is a NUL in it. */
int fa_operands_string(fa_unpacked *unpacked, PyObject *object, fa_text *text);

/* A copy of `text`, which may lie in an object that does not outlive the call. */
int fa_operands_copy(fa_unpacked *unpacked, fa_text *text);

/* A list or tuple of strings, copied: lists are live objects that others may change. */
int fa_operands_strings(fa_unpacked *unpacked, PyObject *object, const fa_text **texts, uint32_t *count);

/* An int, a bool, or a subclass of int. */
int fa_operands_integer(PyObject *object, int64_t *value);

/* The type that _socket made, whatever class the object has: classes override its attributes (socket.socket
 * itself makes `family` a property). Only C code makes immutable types, so the name cannot be claimed.
 * Borrowed; NULL: it is no socket. */
PyTypeObject *fa_operands_socket_type(PyObject *object);

/* Called once per interpreter: learns how this Python encodes paths. */
int fa_operands_exec(void);

#endif
