/* certificates.c: what OpenSSL reads for ssl, by names of a guest's choice, is asked about. */
#include "interpose/certificates.h"

#include <fcntl.h>

#include "authority/authority.h"
#include "interpose/convert.h"
#include "interpose/interpose.h"
#include "interpose/places.h"
#include "interpose/slots.h"

enum { ARGUMENTS_MOST = 3, PATHS_MOST = 2 };

/* Ask about reading `*path`, and put an absolute name for what was asked about in its place (a reference, owned). Returns 0,
 * or -1 with an exception set. */
static int
fix_path(PyObject **path)
{
    PyObject *given = PyOS_FSPath(*path); /* owned: the one conversion */
    PyObject *fixed = given == NULL ? NULL : fa_places_fix(given, -1); /* owned */
    int status = fixed == NULL ? -1 : PySys_Audit("open", "OOi", fixed, Py_None, O_RDONLY | O_CLOEXEC);

    Py_XDECREF(given);
    if (status < 0) {
        Py_CLEAR(fixed);
    }
    *path = fixed;
    return status;
}

/* Call a function whose arguments of the names `paths` (by position, then NULL) are files or folders that it reads. */
static PyObject *
read_files(const fa_patch *patch, const char *const paths[PATHS_MOST], PyObject *self, PyObject *const *args,
           Py_ssize_t count, PyObject *names)
{
    const fa_authority *authority; /* borrowed */
    PyObject *plain[ARGUMENTS_MOST + 1];        /* borrowed, from the caller or from `fixed` */
    PyObject *fixed[PATHS_MOST] = {NULL, NULL}; /* owned */
    Py_ssize_t all = count + (names == NULL ? 0 : PyTuple_GET_SIZE(names));
    int status = fa_authority_get(&authority);

    if (status == 0 || all > ARGUMENTS_MOST) {
        return fa_interpose_call(patch, self, args, count, names); /* too many: a TypeError of its own */
    }
    for (Py_ssize_t i = 0; i < all; i++) {
        plain[i] = args[i];
    }
    for (int i = 0; status > 0 && i < PATHS_MOST && paths[i] != NULL; i++) {
        Py_ssize_t at = fa_places_find(count, names, i, paths[i]);
        if (at >= 0 && !fa_convert_is_path(plain[at]) && paths[1] == NULL) {
            PyObject *none = NULL; /* it would complain too, but only after an event that nobody could judge */
            status = PyUnicode_FSConverter(plain[at], &none) ? 1 : -1;
            Py_XDECREF(none);
        }
        else if (at >= 0 && fa_convert_is_path(plain[at])) { /* of anything else it complains */
            fixed[i] = plain[at];
            status = fix_path(&fixed[i]) < 0 ? -1 : 1;
            plain[at] = fixed[i];
        }
    }
    PyObject *result = status < 0 ? NULL : fa_interpose_call(patch, self, plain, count, names);
    for (int i = 0; i < PATHS_MOST; i++) {
        Py_XDECREF(fixed[i]);
    }
    return result;
}

#define READS(NAME, ...)                                                                           \
    static PyObject *NAME(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);                  \
    FA_INTERPOSED(NAME, NAME);                                                                     \
    static PyObject *NAME(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) \
    {                                                                                              \
        static const char *const paths[PATHS_MOST] = {__VA_ARGS__};                                \
        return read_files(&NAME##_patch, paths, self, args, count, names);                         \
    }

READS(load_cert_chain, "certfile", "keyfile")
READS(load_verify_locations, "cafile", "capath")
READS(load_dh_params, "filepath") /* has an event, which shows a path object as it was given */
READS(decode_certificate, "path")

/* The event of the log of keys, too, shows a path object, which nobody could judge. */
static setter original_set_log; /* written once, before ours can be called */

static int
set_log(PyObject *self, PyObject *value, void *closure)
{
    if (!fa_gate_is_open() || value == NULL || PyUnicode_Check(value) || !fa_convert_is_path(value)) {
        return original_set_log(self, value, closure);
    }
    PyObject *path = PyOS_FSPath(value); /* owned: the one conversion */
    int status = path == NULL ? -1 : original_set_log(self, path, closure);
    Py_XDECREF(path);
    return status;
}

static int
replace_set_log(PyTypeObject *type)
{
    if (fa_slots_attribute(type, "keylog_filename", NULL, &original_set_log, NULL, set_log) == 0) {
        return 0;
    }
    bool lacks = PyErr_ExceptionMatches(PyExc_AttributeError) || PyErr_ExceptionMatches(PyExc_TypeError);
    if (lacks) {
        PyErr_Clear(); /* a library of TLS that keeps no log */
    }
    return lacks ? 0 : -1;
}

int
fa_certificates_begin(PyObject *module)
{
    PyObject *decode = PyObject_GetAttrString(module, "_test_decode_cert"); /* owned */
    int status = decode == NULL ? -1 : fa_interpose_function(&decode_certificate_patch, decode);
    Py_XDECREF(decode);
    return status;
}

int
fa_certificates_install(PyObject *module)
{
    PyObject *context = PyObject_GetAttrString(module, "_SSLContext"); /* owned */
    int status = -1;

    if (context != NULL && PyType_Check(context)) {
        PyTypeObject *type = (PyTypeObject *)context;
        status = fa_interpose_method(&load_cert_chain_patch, type, "load_cert_chain") < 0
                         || fa_interpose_method(&load_verify_locations_patch, type, "load_verify_locations") < 0
                         || fa_interpose_method(&load_dh_params_patch, type, "load_dh_params") < 0
                         || replace_set_log(type) < 0 || fa_certificates_begin(module) < 0 ? -1 : 0;
    }
    else if (context != NULL) {
        PyErr_SetString(PyExc_TypeError, "fastaudit cannot interpose _ssl._SSLContext: it is no type");
    }
    Py_XDECREF(context);
    return status;
}
