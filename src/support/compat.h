/* compat.h: Python.h and every difference between Python versions; the only PY_VERSION_HEX. */
#ifndef FA_COMPAT_H
#define FA_COMPAT_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdatomic.h>
#include <stdbool.h>

#include <frameobject.h>
#include <structmember.h>

#include "support/compiler.h"

/* Delete when 3.12 is the oldest supported: from then on nothing is collected, and no finaliser runs, where memory is
 * asked for. */
#define FA_COLLECTS_ANYWHERE (PY_VERSION_HEX < 0x030C0000)

/* From 3.14 on a thread keeps the context that it runs in. */
#define FA_THREADS_KEEP_CONTEXTS (PY_VERSION_HEX >= 0x030E0000)

/* The newest CPython 3 whose events the catalogue lists: its minor version. */
#define FA_NEWEST_MINOR 15

/* How far the call of __enter__ lies behind the look-up of __exit__, in bytes: before 3.14 one instruction does
 * both; since then it is LOAD_SPECIAL, SWAP, SWAP, LOAD_SPECIAL, CALL (measured on 3.14.10 and 3.15.2). */
#define FA_WITH_DISTANCE (PY_VERSION_HEX < 0x030E0000 ? 0 : 8)

/* Delete when 3.12 is the oldest supported: whoever changes a dict can be asked to tell; before, a dict has a version. */
#define FA_DICTS_ARE_WATCHED (PY_VERSION_HEX >= 0x030C0000)

/* Delete when 3.12 is the oldest supported: starting a thread raises no event before. */
#define FA_THREAD_START_IS_SILENT (PY_VERSION_HEX < 0x030C0000)

/* Delete when 3.13 is the oldest supported: both became public. */
#if PY_VERSION_HEX < 0x030D0000
static inline int
Py_IsFinalizing(void)
{
    return _Py_IsFinalizing();
}

static inline PyThreadState *
PyThreadState_GetUnchecked(void)
{
    return _PyThreadState_UncheckedGet();
}

/* A new reference to what a weak reference points at: 1, or 0 (and NULL) when that is dead. */
static inline int
PyWeakref_GetRef(PyObject *reference, PyObject **target)
{
    *target = Py_XNewRef(PyWeakref_GET_OBJECT(reference));
    if (*target == Py_None) {
        Py_CLEAR(*target);
    }
    return *target != NULL;
}

/* 1 and a new reference, 0 when the key is absent, -1 with an exception set. */
static inline int
PyDict_GetItemRef(PyObject *dict, PyObject *key, PyObject **value)
{
    *value = Py_XNewRef(PyDict_GetItemWithError(dict, key));
    return *value != NULL ? 1 : PyErr_Occurred() ? -1 : 0;
}
#endif

/* Delete when 3.12 is the oldest supported: one pending exception object instead of three; and what became public. */
#if PY_VERSION_HEX < 0x030C0000
static inline PyCodeObject *
PyGen_GetCode(PyGenObject *generator)
{
    return (PyCodeObject *)Py_NewRef(generator->gi_code);
}

static inline PyObject *
PyErr_GetRaisedException(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (type == NULL) {
        return NULL;
    }
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback != NULL) {
        PyException_SetTraceback(value, traceback);
    }
    Py_DECREF(type);
    Py_XDECREF(traceback);
    return value;
}

static inline void
PyErr_SetRaisedException(PyObject *exception)
{
    if (exception == NULL) {
        PyErr_Clear();
        return;
    }
    PyErr_Restore(Py_NewRef(Py_TYPE(exception)), exception, PyException_GetTraceback(exception));
}
#endif

/* A new reference to an item of a list by its base layout; NULL, with no exception, beyond its end. */
#if PY_VERSION_HEX >= 0x030D0000
static inline PyObject *
fa_compat_list_item(PyObject *list, Py_ssize_t index)
{
    PyObject *item = index < PyList_GET_SIZE(list) ? PyList_GetItemRef(list, index) : NULL;
    if (item == NULL) {
        PyErr_Clear(); /* the IndexError of that very call: another thread made the list shorter */
    }
    return item;
}
#else
static inline PyObject *
fa_compat_list_item(PyObject *list, Py_ssize_t index)
{
    return index < PyList_GET_SIZE(list) ? Py_NewRef(PyList_GET_ITEM(list, index)) : NULL;
}
#define Py_BEGIN_CRITICAL_SECTION(object) {
#define Py_END_CRITICAL_SECTION() }
#endif

/* Delete when 3.13 is the oldest supported: os warns of a bool for an open file's number, os.utime shows its file. */
#define FA_BOOL_IS_NO_NUMBER (PY_VERSION_HEX >= 0x030D0000)
#define FA_UTIME_SHOWS_FILE FA_BOOL_IS_NO_NUMBER

/* Delete when 3.12 is the oldest supported: FileIO reads `closefd` as a number before, as a truth since. 1, 0, or -1. */
#if PY_VERSION_HEX < 0x030C0000
static inline int
fa_compat_fileio_closes(PyObject *closefd)
{
    int number = _PyLong_AsInt(closefd);
    return number != -1 ? number != 0 : PyErr_Occurred() ? -1 : 1;
}
#else
#define fa_compat_fileio_closes(closefd) PyObject_IsTrue(closefd)
#endif

/* Delete when 3.12 is the oldest supported: before it, a str may still lack its final form. */
#if PY_VERSION_HEX < 0x030C0000
#define fa_compat_str_is_ready(object) PyUnicode_IS_READY(object)
#else
#define fa_compat_str_is_ready(object) true
#endif

/* Whether what an object holds can change while the hook reads it: without a GIL. */
#ifdef Py_GIL_DISABLED
#define FA_OBJECTS_MAY_CHANGE 1
#else
#define FA_OBJECTS_MAY_CHANGE 0
#endif

/* What one thread at a time does, for a few instructions without Python code: the GIL sees to that. Without one,
 * fork() waits for it, since CPython stops all threads first. Zeroed: free. */
#ifdef Py_GIL_DISABLED
typedef PyMutex fa_lock;
#define fa_lock_take(lock) PyMutex_Lock(lock)
#define fa_lock_give(lock) PyMutex_Unlock(lock)
#else
typedef char fa_lock;
#define fa_lock_take(lock) ((void)(lock))
#define fa_lock_give(lock) ((void)(lock))
#endif

/* Enter and leave a context. Delete when 3.14 is the oldest supported: two threads that entered one context at
 * the same moment did not notice each other without a GIL. */
static inline int
fa_compat_enter_context(PyObject *context)
{
    int status;
    Py_BEGIN_CRITICAL_SECTION(context);
    status = PyContext_Enter(context);
    Py_END_CRITICAL_SECTION();
    return status;
}

static inline int
fa_compat_exit_context(PyObject *context)
{
    int status;
    Py_BEGIN_CRITICAL_SECTION(context);
    status = PyContext_Exit(context);
    Py_END_CRITICAL_SECTION();
    return status;
}

/* Take a flag: whether somebody had it already. With a GIL nobody comes between the look and the deed. */
static inline bool
fa_compat_take(atomic_bool *flag)
{
#ifdef Py_GIL_DISABLED
    return atomic_exchange_explicit(flag, true, memory_order_acq_rel);
#else
    bool had = atomic_load_explicit(flag, memory_order_relaxed);
    atomic_store_explicit(flag, true, memory_order_relaxed);
    return had;
#endif
}

/* Make an object of this thread live until the process ends, so that nobody counts references to it: without a GIL,
 * threads that count the same object's wait for one another. With a GIL: nothing. */
static inline void
fa_compat_count_no_more(PyObject *object)
{
#ifdef Py_GIL_DISABLED
    Py_SET_REFCNT(object, PY_SSIZE_T_MAX); /* too large for the field, which is how CPython marks immortal ones */
#else
    (void)object;
#endif
}

/* Add to a counter of an object's, and give what it was. With a GIL nobody comes between. */
static inline unsigned
fa_compat_add(atomic_uint *counter, unsigned number)
{
#ifdef Py_GIL_DISABLED
    return atomic_fetch_add_explicit(counter, number, memory_order_acq_rel);
#else
    unsigned was = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, was + number, memory_order_relaxed);
    return was;
#endif
}

/* Whether CPython raises _posixsubprocess.fork_exec itself. Delete when 3.14 is the oldest supported. */
#define FA_FORK_EXEC_IS_AUDITED (PY_VERSION_HEX >= 0x030E0000)

/* What multi-phase initialisation may declare. Delete with 3.11 and 3.12 respectively. */
#if PY_VERSION_HEX >= 0x030C0000
#define FA_SLOT_INTERPRETERS \
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#else
#define FA_SLOT_INTERPRETERS
#endif
#if PY_VERSION_HEX >= 0x030D0000
#define FA_SLOT_GIL {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#else
#define FA_SLOT_GIL
#endif

/* What follows needs CPython's internal headers; only authority/frames.c asks for it. */
#ifdef FA_COMPAT_FRAMES
#ifndef Py_BUILD_CORE
#error "FA_COMPAT_FRAMES needs Py_BUILD_CORE before the first include"
#endif
/* 3.15's have inline functions with unused parameters; our own code stays under the warning. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <internal/pycore_frame.h>
#if PY_VERSION_HEX >= 0x030E0000
#include <internal/pycore_genobject.h>
#include <internal/pycore_interpframe.h>
#endif
#pragma GCC diagnostic pop

/* The interpreter frame that runs now, or NULL; shims included. */
static inline _PyInterpreterFrame *
fa_compat_current_frame(PyThreadState *tstate)
{
#if PY_VERSION_HEX >= 0x030D0000
    return tstate->current_frame;
#else
    return tstate->cframe->current_frame;
#endif
}

/* A frame that CPython puts between C and Python: it runs no code of its own. */
static inline bool
fa_compat_is_shim(const _PyInterpreterFrame *frame)
{
#if PY_VERSION_HEX >= 0x030E0000
    return frame->owner >= FRAME_OWNED_BY_INTERPRETER;
#elif PY_VERSION_HEX >= 0x030C0000
    return frame->owner == FRAME_OWNED_BY_CSTACK;
#else
    (void)frame;
    return false;
#endif
}

#define FA_SHIMS_TELL_CALLS (PY_VERSION_HEX >= 0x030C0000) /* there is one beneath whatever C code calls */

static inline PyCodeObject *
fa_compat_frame_code(_PyInterpreterFrame *frame)
{
#if PY_VERSION_HEX >= 0x030D0000
    return _PyFrame_GetCode(frame);
#else
    return frame->f_code;
#endif
}

/* The generator, coroutine or async generator whose body a frame is. */
static inline PyGenObject *
fa_compat_frame_generator(_PyInterpreterFrame *frame)
{
#if PY_VERSION_HEX >= 0x030E0000
    return _PyGen_GetGeneratorFromFrame(frame);
#else
    return _PyFrame_GetGenerator(frame);
#endif
}

#endif /* FA_COMPAT_FRAMES */
#endif
