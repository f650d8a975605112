/* interpose.h: replaces the C function behind a built-in in place: the one mechanism. */
#ifndef FA_INTERPOSE_H
#define FA_INTERPOSE_H

#include "support/compat.h"

#include "authority/gate.h"

typedef PyObject *(*fa_fast_function)(PyObject *, PyObject *const *, Py_ssize_t);
typedef PyObject *(*fa_fast_names_function)(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);

typedef PyObject *(*fa_method_function)(PyObject *, PyTypeObject *, PyObject *const *, size_t, PyObject *);

/* The class that a method of the convention METH_METHOD was called with, until the original gets it. */
extern FA_THREAD_LOCAL PyTypeObject *fa_interpose_class;

/* A built-in that is replaced: which, and the function it had. One static object each, made by
 * FA_INTERPOSED; written once, by fa_interpose_function(). */
typedef struct fa_patch {
    void (*original)(void); /* what ml_meth was; NULL until the patch is in place */
    int flags;              /* METH_* calling convention of `original` */
    void (*stub[7])(void);  /* ours, one a calling convention: see FA_INTERPOSED */
} fa_patch;

/* The replacement, in the vectorcall form whatever the original's convention is: `count` positional
 * arguments, then the values of `names` (a tuple of str, or NULL). Called only while a scope or floor
 * is alive in the process; calls the original by fa_interpose_call(). */
typedef PyObject *(*fa_replacement)(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                    PyObject *names);

/* Call the built-in that `patch` replaced, which has another convention than the one that is ours. */
PyObject *fa_interpose_call_as(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count,
                               PyObject *names);

/* Call the built-in that `patch` replaced. */
static inline PyObject *
fa_interpose_call(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (FA_LIKELY((patch->flags & ~(METH_CLASS | METH_STATIC | METH_COEXIST)) == (METH_FASTCALL | METH_KEYWORDS))) {
        return ((fa_fast_names_function)patch->original)(self, args, count, names);
    }
    return fa_interpose_call_as(patch, self, args, count, names);
}

/* The same call of the original with `instead` (borrowed) in the place of args[at]. */
PyObject *fa_interpose_call_with(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count,
                                 PyObject *names, Py_ssize_t at, PyObject *instead);

/* Put `patch` in the place of the built-in function or method descriptor `callable`: one aligned store
 * of ml_meth. Idempotent: a definition that was patched before (another interpreter, a second import)
 * is left alone. Returns 0, or -1 with an exception set (TypeError when it is no built-in). */
int fa_interpose_function(fa_patch *patch, PyObject *callable);

/* The same by name: `module`.`name`, or `module`.`type`.`name` with a type. Returns 1, 0 when this
 * Python has no such thing, -1 with an exception set. */
int fa_interpose_named(fa_patch *patch, const char *module, const char *type, const char *name);

/* The same for a method of a type that is there in every version. Returns 0, or -1 with an exception set. */
int fa_interpose_method(fa_patch *patch, PyTypeObject *type, const char *name);

/* Arguments of a call in the conventions that pass a tuple and a dict, as vectorcall has them: then
 * `replacement` is called with them. */
PyObject *fa_interpose_from_tuple(fa_replacement replacement, PyObject *self, PyObject *args,
                                  PyObject *kwargs);

/* Define the patch NAME_patch, whose stubs call `replacement` while the gate is open, and the original
 * at once while it is closed. */
#define FA_INTERPOSED(NAME, replacement)                                                           \
    static fa_patch NAME##_patch;                                                                  \
    static PyObject *NAME##_noargs(PyObject *self, PyObject *unused)                               \
    {                                                                                              \
        if (!fa_gate_is_open()) {                                                                  \
            return ((PyCFunction)NAME##_patch.original)(self, unused);                             \
        }                                                                                          \
        return replacement(self, NULL, 0, NULL);                                                   \
    }                                                                                              \
    static PyObject *NAME##_one(PyObject *self, PyObject *arg)                                     \
    {                                                                                              \
        if (!fa_gate_is_open()) {                                                                  \
            return ((PyCFunction)NAME##_patch.original)(self, arg);                                \
        }                                                                                          \
        return replacement(self, &arg, 1, NULL);                                                   \
    }                                                                                              \
    static PyObject *NAME##_tuple(PyObject *self, PyObject *args)                                  \
    {                                                                                              \
        if (!fa_gate_is_open()) {                                                                  \
            return ((PyCFunction)NAME##_patch.original)(self, args);                               \
        }                                                                                          \
        return fa_interpose_from_tuple(replacement, self, args, NULL);                             \
    }                                                                                              \
    static PyObject *NAME##_tuple_names(PyObject *self, PyObject *args, PyObject *kwargs)          \
    {                                                                                              \
        if (!fa_gate_is_open()) {                                                                  \
            return ((PyCFunctionWithKeywords)NAME##_patch.original)(self, args, kwargs);           \
        }                                                                                          \
        return fa_interpose_from_tuple(replacement, self, args, kwargs);                           \
    }                                                                                              \
    static PyObject *NAME##_fast(PyObject *self, PyObject *const *args, Py_ssize_t count)          \
    {                                                                                              \
        if (!fa_gate_is_open()) {                                                                  \
            return ((fa_fast_function)NAME##_patch.original)(self, args, count);                   \
        }                                                                                          \
        return replacement(self, args, count, NULL);                                               \
    }                                                                                              \
    static PyObject *NAME##_fast_names(PyObject *self, PyObject *const *args, Py_ssize_t count,    \
                                       PyObject *names)                                            \
    {                                                                                              \
        if (!fa_gate_is_open()) {                                                                  \
            return ((fa_fast_names_function)NAME##_patch.original)(self, args, count, names);      \
        }                                                                                          \
        return replacement(self, args, count, names);                                              \
    }                                                                                              \
    static PyObject *NAME##_method(PyObject *self, PyTypeObject *type, PyObject *const *args,      \
                                   size_t count, PyObject *names)                                  \
    {                                                                                              \
        if (!fa_gate_is_open()) {                                                                  \
            return ((fa_method_function)NAME##_patch.original)(self, type, args, count, names);    \
        }                                                                                          \
        PyTypeObject *before = fa_interpose_class;                                                 \
        fa_interpose_class = type;                                                                 \
        PyObject *result = replacement(self, args, (Py_ssize_t)count, names);                      \
        fa_interpose_class = before;                                                               \
        return result;                                                                             \
    }                                                                                              \
    static fa_patch NAME##_patch = {                                                               \
        .stub = {(void (*)(void))NAME##_noargs, (void (*)(void))NAME##_one,                        \
                 (void (*)(void))NAME##_tuple, (void (*)(void))NAME##_tuple_names,                 \
                 (void (*)(void))NAME##_fast, (void (*)(void))NAME##_fast_names,                   \
                 (void (*)(void))NAME##_method},                 \
    }

#endif
