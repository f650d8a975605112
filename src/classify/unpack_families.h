/* unpack_families.h: the readers of tuples, one a family of events. */
#ifndef FA_UNPACK_FAMILIES_H
#define FA_UNPACK_FAMILIES_H

#include "classify/operands.h"

/* Each fills in event.as and event.shape (and event.right, where the operands say it) of an event whose
 * name, id and right are set; `args` is a tuple. Returns 1; 0 when the arguments are not what CPython
 * sends; -1 with an exception set. */
int fa_unpack_files_read(fa_unpacked *unpacked, fa_unpacker unpacker, PyObject *args);
int fa_unpack_open_read(fa_unpacked *unpacked, PyObject *args);
int fa_unpack_database_read(fa_unpacked *unpacked, PyObject *args);
int fa_unpack_network_read(fa_unpacked *unpacked, fa_unpacker unpacker, PyObject *args);
int fa_unpack_commands_read(fa_unpacked *unpacked, fa_unpacker unpacker, PyObject *args);
int fa_unpack_process_read(fa_unpacked *unpacked, fa_unpacker unpacker, PyObject *args);
int fa_unpack_names_read(fa_unpacked *unpacked, fa_unpacker unpacker, PyObject *args);

/* The event asks for nothing: an act of this name that is ordinary. Always 1. */
int fa_unpack_narrow(fa_unpacked *unpacked);

/* Place `at` of a file event: what `path` is or leads to. A failure to resolve is kept in the place. */
void fa_unpack_files_place(fa_unpacked *unpacked, int at, fa_text path, int dir_fd, fa_follow follow,
                           fa_rights asks);

/* Place `at` from an operand: a path, or (with `descriptors`) the number of an open file. */
int fa_unpack_files_operand(fa_unpacked *unpacked, int at, PyObject *object, bool descriptors, int dir_fd,
                            fa_follow follow, fa_rights asks);

/* The number of a directory's descriptor: -1 and None mean the process's directory. */
int fa_unpack_files_dir_fd(PyObject *object, int *dir_fd);

#endif
