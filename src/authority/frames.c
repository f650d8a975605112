/* frames.c: what the innermost Python frames show. */
#ifndef Py_BUILD_CORE
#define Py_BUILD_CORE 1
#endif
#define FA_COMPAT_FRAMES
#include "authority/frames.h"

static _PyInterpreterFrame *
inner(fa_frame *frame)
{
    return (_PyInterpreterFrame *)frame;
}

static fa_frame *
past_shims(_PyInterpreterFrame *frame)
{
    while (frame != NULL && fa_compat_is_shim(frame)) {
        frame = frame->previous;
    }
    return (fa_frame *)frame;
}

fa_frame *
fa_frames_innermost(void)
{
    return past_shims(fa_compat_current_frame(PyThreadState_Get()));
}

fa_frame *
fa_frames_outer(fa_frame *frame)
{
    _PyInterpreterFrame *outer = inner(frame)->previous;
    /* Between a class that is called and its __init__ CPython puts a frame, too, which never begins. */
    while (outer != NULL && (fa_compat_is_shim(outer) || _PyFrame_IsIncomplete(outer))) {
        outer = outer->previous;
    }
    return (fa_frame *)outer;
}

fa_frame *
fa_frames_direct_caller(fa_frame *frame)
{
    _PyInterpreterFrame *caller = inner(frame)->previous;
    return !FA_SHIMS_TELL_CALLS || caller == NULL || fa_compat_is_shim(caller) ? NULL : (fa_frame *)caller;
}

PyCodeObject *
fa_frames_code(fa_frame *frame)
{
    return fa_compat_frame_code(inner(frame));
}

PyObject *
fa_frames_globals(fa_frame *frame)
{
    return inner(frame)->f_globals;
}

int
fa_frames_offset(fa_frame *frame)
{
    return _PyInterpreterFrame_LASTI(inner(frame)) * (int)sizeof(_Py_CODEUNIT);
}

PyObject *
fa_frames_generator(fa_frame *frame)
{
    if (inner(frame)->owner != FRAME_OWNED_BY_GENERATOR) {
        return NULL;
    }
    return (PyObject *)fa_compat_frame_generator(inner(frame));
}

PyObject *
fa_frames_generator_of(PyFrameObject *shown)
{
    return fa_frames_has_returned(shown) ? NULL : fa_frames_generator((fa_frame *)shown->f_frame);
}

const void *
fa_frames_place(PyObject *generator)
{
    return &((PyGenObject *)generator)->gi_exc_state;
}

PyFrameObject *
fa_frames_object(fa_frame *frame)
{
    PyFrameObject *shown = PyThreadState_GetFrame(PyThreadState_Get());
    while (shown != NULL && shown->f_frame != inner(frame)) {
        Py_SETREF(shown, PyFrame_GetBack(shown));
    }
    if (shown == NULL) {
        if (!PyErr_Occurred()) {
            /* CPython makes frame objects here and clears the error when it cannot. */
            PyErr_NoMemory();
        }
    }
    return shown;
}

bool
fa_frames_is(fa_frame *frame, const PyFrameObject *shown)
{
    return frame != NULL && shown != NULL && inner(frame)->frame_obj == shown;
}

bool
fa_frames_has_returned(PyFrameObject *shown)
{
    return shown->f_frame == NULL || shown->f_frame->owner == FRAME_OWNED_BY_FRAME_OBJECT;
}

bool
fa_frames_is_suspended(PyObject *generator)
{
    /* Created is suspended too, before the first line; nothing can be open there. The states below
     * FRAME_EXECUTING are the suspended ones, whatever their number in this version. */
    return ((PyGenObject *)generator)->gi_frame_state < FRAME_EXECUTING;
}

bool
fa_frames_is_of_suspended(PyFrameObject *shown)
{
    PyObject *generator = fa_frames_generator_of(shown);
    return generator != NULL && fa_frames_is_suspended(generator);
}
