/* act_arguments.c: the arguments of the functions of os that act on files, each converted once. */
#include "interpose/act_arguments.h"

#include "interpose/act_operands.h"
#include "interpose/convert.h"
#include "interpose/places.h"

/* What one call is read into. */
typedef struct reader {
    fa_act_arguments *out;
    int paths;            /* how many were read */
    int dir_fds;
    bool names_directory; /* a dir_fd was given that is one */
    PyObject *times, *ns; /* borrowed, or NULL */
    int pair_at;          /* which argument the later of them is */
    PyObject *attribute;  /* borrowed, or NULL */
} reader;

/* Take over a reference. NULL is no memory, or what a conversion raised: -1; else 0. */
static int
own(fa_act_arguments *out, PyObject *object)
{
    if (object == NULL) {
        return -1;
    }
    out->owned[out->owned_count++] = object;
    return 0;
}

/* A number by its one answer to __index__, which stands for it from then on: 1; 0 when it lies elsewhere than from
 * `least` to `most`, or is none; -1 with an exception set. */
static int
read_number(fa_act_arguments *out, int at, long long least, long long most, long long *number)
{
    int overflow;

    if (!PyIndex_Check(out->plain[at])) {
        return 0;
    }
    PyObject *index = PyNumber_Index(out->plain[at]); /* owned by `out` */
    if (own(out, index) < 0) {
        return -1;
    }
    out->plain[at] = index;
    *number = PyLong_AsLongLongAndOverflow(index, &overflow);
    return overflow == 0 && *number >= least && *number <= most;
}

/* As CPython does before it reads a number of a file. Returns 1, or -1 with an exception set. */
static int
warn_of_bool(PyObject *number)
{
    bool warns = FA_BOOL_IS_NO_NUMBER && PyBool_Check(number);
    return warns && PyErr_WarnEx(PyExc_RuntimeWarning, "bool is used as a file descriptor", 1) < 0 ? -1 : 1;
}

/* A path, converted once; its bytes for whoever asks. */
static int
read_path(fa_act_arguments *out, int at, fa_text *text)
{
    PyObject *encoded; /* owned, or NULL */

    if (!fa_convert_is_path(out->plain[at])) {
        return 0;
    }
    PyObject *path = PyOS_FSPath(out->plain[at]); /* owned by `out` */
    if (own(out, path) < 0) {
        return -1;
    }
    out->plain[at] = path;
    if (fa_places_read(path, &encoded, text) < 0) {
        PyErr_Clear();
        return 0;
    }
    return encoded == NULL || own(out, encoded) == 0 ? 1 : -1;
}

static int
read_file(reader *r, int at, bool path, bool number)
{
    fa_act_arguments *out = r->out;
    fa_text text;
    long long value = 0;

    PyObject *given = out->plain[at]; /* borrowed */
    bool is_text = PyUnicode_Check(given) || PyBytes_Check(given);
    if (path && (!number || is_text || !PyIndex_Check(given))) {
        int found = read_path(out, at, &text);
        if (found > 0) {
            if (out->act.errand.deed == FA_DO_SYMLINK && r->paths == 0) {
                out->act.errand.text = text.bytes; /* of an ASCII str, or of bytes: either ends in a NUL */
            }
            out->act.shown[r->paths++] = out->plain[at];
        }
        return found;
    }
    if (path && warn_of_bool(out->plain[at]) < 0) {
        return -1;
    }
    int found = read_number(out, at, INT_MIN, INT_MAX, &value);
    out->act.by_number = true;
    out->act.number = (int)value;
    out->act.shown[0] = path ? out->plain[at] : NULL; /* os.fchmod shows none */
    return found;
}

static int
read_dir_fd(reader *r, int at)
{
    fa_act_arguments *out = r->out;
    int which = out->act.errand.deed == FA_DO_SYMLINK ? 1 : r->dir_fds++; /* by the order of the names */

    if (out->plain[at] != Py_None && warn_of_bool(out->plain[at]) < 0) {
        return -1;
    }
    int found = fa_places_read_dir_fd(out->plain[at], &out->act.dir_fd[which]);
    r->names_directory = r->names_directory || found == 1;
    return found < 0 ? -1 : 1;
}

static int
read_truth(fa_act_arguments *out, int at, bool *truth)
{
    int answer = PyObject_IsTrue(out->plain[at]);

    if (answer >= 0) {
        *truth = answer > 0;
        out->plain[at] = answer > 0 ? Py_True : Py_False;
    }
    return answer < 0 ? -1 : 1;
}

/* What an attribute is to have: bytes, which cannot change any more. */
static int
read_value(fa_act_arguments *out, int at)
{
    Py_buffer view;

    if (!PyBytes_CheckExact(out->plain[at])) {
        if (PyObject_GetBuffer(out->plain[at], &view, PyBUF_SIMPLE) < 0) {
            PyErr_Clear();
            return 0;
        }
        PyObject *bytes = PyBytes_FromStringAndSize(view.buf, view.len); /* owned by `out` */
        PyBuffer_Release(&view);
        if (own(out, bytes) < 0) {
            return -1;
        }
        out->plain[at] = bytes;
    }
    out->act.errand.value = PyBytes_AS_STRING(out->plain[at]);
    out->act.errand.size = (size_t)PyBytes_GET_SIZE(out->plain[at]);
    return 1;
}

static int
read_argument(reader *r, fa_argument kind, int at)
{
    fa_act_arguments *out = r->out;
    fa_errand *errand = &out->act.errand;
    long long number = 0;
    fa_text text;
    bool unused;
    int found = 1;

    switch (kind) {
    case FA_ARGUMENT_PATH:
    case FA_ARGUMENT_FILE:
    case FA_ARGUMENT_NUMBER:
        return read_file(r, at, kind != FA_ARGUMENT_NUMBER, kind != FA_ARGUMENT_PATH);
    case FA_ARGUMENT_DIR_FD:
        return read_dir_fd(r, at);
    case FA_ARGUMENT_FOLLOW:
        return read_truth(out, at, &out->act.follows);
    case FA_ARGUMENT_TRUTH:
        return read_truth(out, at, &unused);
    case FA_ARGUMENT_VALUE:
        return read_value(out, at);
    case FA_ARGUMENT_MODE:
        found = read_number(out, at, INT_MIN, INT_MAX, &number);
        errand->mode = (mode_t)number;
        break;
    case FA_ARGUMENT_DEVICE:
        found = PyLong_Check(out->plain[at]) ? read_number(out, at, 0, INT64_MAX, &number) : 0;
        errand->device = (dev_t)number;
        break;
    case FA_ARGUMENT_FLAGS:
        found = read_number(out, at, INT_MIN, INT_MAX, &number);
        errand->flags = (int)number;
        break;
    case FA_ARGUMENT_OWNER:
        found = read_number(out, at, -1, UINT32_MAX, &number);
        errand->owner = (uid_t)number;
        break;
    case FA_ARGUMENT_GROUP:
        found = read_number(out, at, -1, UINT32_MAX, &number);
        errand->group = (gid_t)number;
        break;
    case FA_ARGUMENT_LENGTH:
        found = read_number(out, at, INT64_MIN, INT64_MAX, &number);
        errand->length = (off_t)number;
        break;
    case FA_ARGUMENT_ATTRIBUTE:
        found = read_path(out, at, &text);
        errand->text = found > 0 ? text.bytes : NULL;
        r->attribute = out->plain[at];
        break;
    case FA_ARGUMENT_TIMES:
        r->times = out->plain[at];
        r->pair_at = at;
        break;
    case FA_ARGUMENT_NS:
        r->ns = out->plain[at];
        r->pair_at = at;
        break;
    case FA_ARGUMENT_NONE:
        break;
    }
    return found;
}

/* The times of utime. Returns as read_number(). */
static int
read_times(reader *r, fa_act_arguments *out)
{
    PyObject **pair = r->ns != NULL ? &r->ns : &r->times; /* borrowed */
    bool both = r->ns != NULL && r->times != NULL && r->times != Py_None;
    out->act.errand.now = *pair == NULL || *pair == Py_None;
    if (out->act.errand.now) {
        return r->ns == NULL;
    }
    if (both || !PyTuple_CheckExact(*pair) || PyTuple_GET_SIZE(*pair) != 2) {
        return 0;
    }
    PyObject *plain = fa_act_times_convert(*pair); /* owned by `out` */
    if (own(out, plain) < 0) {
        return -1;
    }
    *pair = out->plain[r->pair_at] = plain;
    return fa_act_times_read(plain, r->ns != NULL, out->act.errand.times);
}

/* Calls that are no act of this kind, or fail by themselves. */
static bool
is_theirs(const reader *r)
{
    const fa_os_call *act = &r->out->act;

    if (act->errand.deed == FA_DO_TRUNCATE) {
        return act->by_number; /* only what is open for writing */
    }
    if (act->by_number && act->number == -1 && act->shown[0] != NULL) {
        return true; /* where CPython has it for no number at all: there is no file */
    }
    /* os.chmod takes no notice of either. */
    return act->by_number && act->errand.deed != FA_DO_CHMOD && (r->names_directory || !act->follows);
}

int
fa_act_arguments_read(const fa_act_function *function, PyObject *const *args, Py_ssize_t count, PyObject *names,
                      fa_act_arguments *arguments)
{
    Py_ssize_t all = count + (names == NULL ? 0 : PyTuple_GET_SIZE(names));
    reader r = {.out = arguments};
    int known = 0, given = 0;

    arguments->owned_count = 0;
    arguments->act = (fa_os_call){.id = function->id, .follows = true, .dir_fd = {-1, -1}};
    arguments->act.errand = (fa_errand){.deed = function->deed, .mode = fa_errand_usual_mode(function->deed)};
    for (Py_ssize_t i = 0; i < all; i++) {
        arguments->plain[i] = args[i];
    }
    for (int i = 0; i < FA_ARGUMENTS_MOST && function->names[i] != NULL; i++) {
        Py_ssize_t at = fa_places_find(count, names, i < function->positional ? i : -1, function->names[i]);
        known += at >= 0;
        given |= (at >= 0) << i;
    }
    if (count > function->positional || known != all || (given + 1) % (1 << function->required) != 0) {
        return 0;
    }
    for (int i = 0; i < FA_ARGUMENTS_MOST && function->names[i] != NULL; i++) {
        Py_ssize_t at = fa_places_find(count, names, i < function->positional ? i : -1, function->names[i]);
        if (at < 0) {
            r.dir_fds += function->kinds[i] == FA_ARGUMENT_DIR_FD;
            continue;
        }
        int found = read_argument(&r, (fa_argument)function->kinds[i], (int)at);
        if (found <= 0) {
            return found;
        }
    }
    int found = is_theirs(&r) ? 0 : function->deed == FA_DO_UTIME ? read_times(&r, arguments) : 1;
    if (found <= 0) {
        return found;
    }
    arguments->act.errand.leaves_links = !arguments->act.follows && !arguments->act.by_number && function->deed == FA_DO_CHMOD;
    if (function->deed == FA_DO_CHOWN && function->required == 3 && function->names[3] == NULL && !arguments->act.by_number) {
        arguments->act.follows = false; /* os.lchown */
    }
    arguments->act.operands = fa_act_operands_build(&arguments->act, r.attribute, r.times, r.ns);
    return own(arguments, arguments->act.operands) < 0 ? -1 : 1;
}

void
fa_act_arguments_clear(fa_act_arguments *arguments)
{
    while (arguments->owned_count > 0) {
        Py_DECREF(arguments->owned[--arguments->owned_count]);
    }
}
