/* act_operands.h: the times that files are given, and what the events of acts on files show. */
#ifndef FA_ACT_OPERANDS_H
#define FA_ACT_OPERANDS_H

#include "interpose/guarded_act.h"

/* A pair (an exact tuple of two) of numbers that cannot change, by their one answer to __index__. A new reference, or
 * NULL with an exception set. */
PyObject *fa_act_times_convert(PyObject *pair);

/* Such a pair in seconds, or in nanoseconds. Returns 1, 0 for what the built-in has to complain of, or -1
 * with an exception set. */
int fa_act_times_read(PyObject *pair, bool ns, struct timespec times[2]);

/* What the event shows, as CPython builds it (new reference); NULL with an exception set. */
PyObject *fa_act_operands_build(const fa_os_call *act, PyObject *attribute, PyObject *times, PyObject *ns);

#endif
