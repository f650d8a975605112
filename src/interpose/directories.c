/* directories.c: names that count from a directory are made absolute before they are judged and used. */
#include "interpose/directories.h"

#include <string.h>

#include "authority/authority.h"
#include "interpose/convert.h"
#include "interpose/interpose.h"
#include "interpose/listing.h"
#include "interpose/places.h"

#define ARGUMENTS_MOST 8 /* of any of these functions, by any version */

/* A path among the arguments, and the directory that it counts from. */
typedef struct place_argument {
    const char *path;   /* NULL: there is no such place */
    const char *dir_fd;
    Py_ssize_t position;
    bool optional;      /* left out or None: the process's directory */
} place_argument;

static const place_argument one_place[2] = {{"path", "dir_fd", 0}};
static const place_argument optional_place[2] = {{"path", "dir_fd", 0, true}};
static const place_argument two_places[2] = {{"src", "src_dir_fd", 0}, {"dst", "dst_dir_fd", 1}};
static const place_argument link_place[2] = {{"dst", "dir_fd", 1}};

/* The arguments of one call, as the built-in is to get them. */
typedef struct act_call {
    PyObject *plain[ARGUMENTS_MOST + 1]; /* borrowed */
    Py_ssize_t count;
    PyObject *names;     /* borrowed tuple of str, or NULL */
    PyObject *given[2];  /* owned: the paths as the caller gave them, converted once; NULL: left alone */
    PyObject *fixed[2];  /* owned: the same as absolute names */
} act_call;

/* Where the path of `place` stands; one that was left out is put in front. -1: it is missing. */
static Py_ssize_t
find_path(const place_argument *place, act_call *call)
{
    Py_ssize_t at = fa_places_find(call->count, call->names, place->position, place->path);
    if (at >= 0 || !place->optional) {
        return at;
    }
    Py_ssize_t all = call->count + (call->names == NULL ? 0 : PyTuple_GET_SIZE(call->names));
    memmove(call->plain + 1, call->plain, (size_t)all * sizeof(*call->plain));
    call->plain[0] = Py_None;
    call->count++;
    return 0;
}

/* Put the absolute name into the arguments, and None in the place of its dir_fd. Returns 0, or -1 with an
 * exception set. */
static int
fix_place(const place_argument *place, act_call *call, int number)
{
    Py_ssize_t at = find_path(place, call);
    Py_ssize_t from = fa_places_find(call->count, call->names, -1, place->dir_fd);
    PyObject *given = at < 0 ? NULL : call->plain[at]; /* borrowed */
    int dir_fd;

    bool here = given == Py_None && place->optional;
    if (given == NULL || (!here && !fa_convert_is_path(given))) {
        return 0; /* a descriptor, or what the built-in itself complains of */
    }
    if (fa_places_read_dir_fd(from < 0 ? NULL : call->plain[from], &dir_fd) < 0) {
        return -1;
    }
    call->given[number] = here ? PyUnicode_FromString(".") : PyOS_FSPath(given); /* the one conversion */
    if (call->given[number] == NULL) {
        return -1;
    }
    call->fixed[number] = fa_places_fix(call->given[number], dir_fd);
    if (call->fixed[number] == NULL) {
        return -1;
    }
    call->plain[at] = call->fixed[number];
    if (from >= 0) {
        call->plain[from] = Py_None;
    }
    return 0;
}

/* The built-in's result for the fixed arguments; NULL with an exception set. */
static PyObject *
call_fixed(const fa_patch *patch, const place_argument places[2], PyObject *self, act_call *call)
{
    for (int i = 0; i < 2 && places[i].path != NULL; i++) {
        if (fix_place(&places[i], call, i) < 0) {
            return NULL;
        }
    }
    PyObject *result = fa_interpose_call(patch, self, call->plain, call->count, call->names);
    for (int i = 0; result == NULL && i < 2; i++) {
        if (call->fixed[i] != NULL) {
            fa_places_show_given(call->fixed[i], call->given[i]);
        }
    }
    return result;
}

/* Between the judgement and the act, another thread could put a different directory behind the number,
 * change the process's directory, or move the folder from which ".." goes up. `call` is for the caller to
 * release. */
static PyObject *
act_keeping(const fa_patch *patch, const place_argument places[2], PyObject *self, PyObject *const *args,
            Py_ssize_t count, PyObject *names, act_call *call)
{
    Py_ssize_t all = count + (names == NULL ? 0 : PyTuple_GET_SIZE(names));
    const fa_authority *authority; /* borrowed */

    *call = (act_call){.count = count, .names = names};
    int held = fa_authority_get(&authority);
    if (held < 0) {
        return NULL;
    }
    if (held == 0 || all > ARGUMENTS_MOST) {
        return fa_interpose_call(patch, self, args, count, names); /* too many: a TypeError of its own */
    }
    for (Py_ssize_t i = 0; i < all; i++) {
        call->plain[i] = args[i];
    }
    return call_fixed(patch, places, self, call);
}

static void
release(act_call *call)
{
    for (int i = 0; i < 2; i++) {
        Py_XDECREF(call->given[i]);
        Py_XDECREF(call->fixed[i]);
    }
}

static PyObject *
act(const fa_patch *patch, const place_argument places[2], PyObject *self, PyObject *const *args,
    Py_ssize_t count, PyObject *names)
{
    act_call call;
    PyObject *result = act_keeping(patch, places, self, args, count, names, &call);
    release(&call);
    return result;
}

#define ACTS(NAME, PLACES)                                                                         \
    static PyObject *act_##NAME(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);            \
    FA_INTERPOSED(NAME, act_##NAME);                                                               \
    static PyObject *act_##NAME(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) \
    {                                                                                              \
        return act(&NAME##_patch, PLACES, self, args, count, names);                               \
    }

ACTS(chdir, one_place)
ACTS(getxattr, one_place)
ACTS(listdir, optional_place)
ACTS(listxattr, optional_place)
ACTS(mkdir, one_place)
ACTS(rmdir, one_place)
ACTS(unlink, one_place)
ACTS(remove, one_place)
ACTS(truncate, one_place)
ACTS(chmod, one_place)
ACTS(chown, one_place)
ACTS(lchown, one_place)
ACTS(utime, one_place)
ACTS(setxattr, one_place)
ACTS(removexattr, one_place)
ACTS(rename, two_places)
ACTS(replace, two_places)
ACTS(link, two_places)
ACTS(symlink, link_place)

/* The entries begin with the name that was given, and are of the folder that was judged. */
static PyObject *scan(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(scandir, scan);

static PyObject *
scan(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    act_call call;
    PyObject *result = act_keeping(&scandir_patch, optional_place, self, args, count, names, &call);
    if (result != NULL && call.fixed[0] != call.given[0]) {
        fa_interpreter *here = fa_state_here();
        PyObject *entries = result; /* taken over */
        result = here == NULL ? entries : fa_listing_new(here, entries, call.given[0]);
    }
    release(&call);
    return result;
}

static const struct {
    const char *name;
    fa_patch *patch;
} functions[] = {
    {"mkdir", &mkdir_patch},       {"rmdir", &rmdir_patch},         {"unlink", &unlink_patch},
    {"remove", &remove_patch},     {"truncate", &truncate_patch},   {"chmod", &chmod_patch},
    {"chown", &chown_patch},       {"lchown", &lchown_patch},       {"utime", &utime_patch},
    {"setxattr", &setxattr_patch}, {"removexattr", &removexattr_patch}, {"rename", &rename_patch},
    {"chdir", &chdir_patch},       {"getxattr", &getxattr_patch},   {"listdir", &listdir_patch},
    {"listxattr", &listxattr_patch}, {"scandir", &scandir_patch},
    {"replace", &replace_patch},   {"link", &link_patch},           {"symlink", &symlink_patch},
};

/* The hash of a built-in is that of its C function: a set that has it from before does not find it any more. */
static int
refresh(PyObject *set)
{
    PyObject *items = PySequence_Tuple(set); /* owned */
    int status = items == NULL ? -1 : PySet_Clear(set);

    for (Py_ssize_t i = 0; status == 0 && i < PyTuple_GET_SIZE(items); i++) {
        status = PySet_Add(set, PyTuple_GET_ITEM(items, i));
    }
    Py_XDECREF(items);
    return status;
}

/* What os knows about its functions. */
static int
refresh_sets(void)
{
    static const char *const names[] = {
        "supports_dir_fd", "supports_effective_ids", "supports_fd", "supports_follow_symlinks",
    };
    PyObject *os = PyImport_ImportModule("os"); /* owned */
    int status = os == NULL ? -1 : 0;

    for (size_t i = 0; status == 0 && i < Py_ARRAY_LENGTH(names); i++) {
        PyObject *set = PyObject_GetAttrString(os, names[i]); /* owned */
        if (set == NULL) {
            PyErr_Clear(); /* somebody has no use for it */
        }
        status = set != NULL && PySet_Check(set) ? refresh(set) : 0;
        Py_XDECREF(set);
    }
    Py_XDECREF(os);
    return status;
}

int
fa_directories_install(fa_interpreter *here)
{
    if (fa_listing_setup(here) < 0) {
        return -1;
    }
    for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
        if (fa_interpose_named(functions[i].patch, "posix", NULL, functions[i].name) < 0) {
            return -1;
        }
    }
    return refresh_sets();
}
