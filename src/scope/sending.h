/* sending.h: stepping bodies: what a send gives, and steps that no event loop is told of. */
#ifndef FA_SENDING_H
#define FA_SENDING_H

#include "support/compat.h"

/* What send() returns for what PyIter_Send() gave (stolen; NULL with an exception set): a return is a StopIteration. */
PyObject *fa_sending_result(PySendResult outcome, PyObject *result);

/* Call a method of an asynchronous generator that makes a step (with one argument or NULL), without the event loop's
 * hooks: they would be given that generator, and here the loop is to know and to close another one around it. */
PyObject *fa_sending_unhooked(PyObject *callable, PyObject *argument);

/* The iterator of an awaitable (new reference), or NULL without an exception: it is none; *failed: with one. */
PyObject *fa_sending_iterator(PyObject *result, bool *failed);

/* Step `target` by its throw() or close(), which an adapter's iterator need not have; `argument` is NULL for none. A new
 * reference, NULL with an exception set. */
PyObject *fa_sending_by_method(PyObject *target, const char *method, PyObject *argument);

#endif
