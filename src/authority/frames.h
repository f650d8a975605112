/* frames.h: what the innermost Python frames show; the only reader of CPython's frame structures. */
#ifndef FA_FRAMES_H
#define FA_FRAMES_H

#include "support/compat.h"

typedef struct fa_frame fa_frame; /* CPython's interpreter frame; valid while its code runs */

fa_frame *fa_frames_innermost(void);              /* shims skipped; NULL when no Python code runs */
fa_frame *fa_frames_outer(fa_frame *frame);       /* who called it; NULL at the bottom */
fa_frame *fa_frames_direct_caller(fa_frame *frame); /* whose bytecode called it, with no C code in between; else NULL.
                                                       Always NULL on 3.11 */
PyCodeObject *fa_frames_code(fa_frame *frame);    /* borrowed */
PyObject *fa_frames_globals(fa_frame *frame);     /* borrowed */
int fa_frames_offset(fa_frame *frame);            /* bytes into the code; caches included */

/* The generator, coroutine or async generator whose body this is (borrowed), or NULL. */
PyObject *fa_frames_generator(fa_frame *frame);

/* The same for a frame object (borrowed); NULL also when its code has returned. */
PyObject *fa_frames_generator_of(PyFrameObject *shown);

/* Where a generator, coroutine or async generator keeps the exception that it handles: while it runs, CPython lists
 * that address among the thread's. An address and nothing else, as long as it lives. */
const void *fa_frames_place(PyObject *generator);

/* The frame object: a new reference, NULL with an exception set. */
PyFrameObject *fa_frames_object(fa_frame *frame);

/* Whether `shown` is the frame object of `frame`: addresses of frames are used again, objects are not
 * while somebody holds them. */
bool fa_frames_is(fa_frame *frame, const PyFrameObject *shown);

/* Whether the code of a frame object has returned. */
bool fa_frames_has_returned(PyFrameObject *shown);

/* Whether a frame object is that of a suspended generator, coroutine or async generator. */
bool fa_frames_is_of_suspended(PyFrameObject *shown);

/* Whether a generator, coroutine or async generator is suspended (neither running nor finished). */
bool fa_frames_is_suspended(PyObject *generator);

#endif
