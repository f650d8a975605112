/* directories.c: names that count from a directory are made absolute before they are judged and used. */
#include "interpose/directories.h"

#include <string.h>

#include "authority/authority.h"
#include "interpose/act_arguments.h"
#include "interpose/convert.h"
#include "interpose/interpose.h"
#include "interpose/listing.h"
#include "interpose/nodes.h"
#include "interpose/places.h"
#include "support/names_lock.h"

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
static const place_argument no_place[2] = {{NULL}};

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

/* What the guard does itself. The built-in gets what it has to complain of. */
static PyObject *
act_guarded(const fa_patch *patch, const place_argument places[2], const fa_act_function *function, PyObject *self,
            PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    const fa_authority *authority; /* borrowed */
    fa_act_arguments arguments;

    int held = fa_authority_get(&authority);
    if (held < 0) {
        return NULL;
    }
    if (held == 0 || count + (names == NULL ? 0 : PyTuple_GET_SIZE(names)) > FA_ARGUMENTS_MOST ||
        !fa_guarded_act_judges(authority, function->id)) {
        return act(patch, places, self, args, count, names);
    }
    int done = fa_act_arguments_read(function, args, count, names, &arguments);
    done = done > 0 ? fa_guarded_act(&arguments.act) : done;
    PyObject *result = done > 0 ? Py_NewRef(Py_None) : NULL;
    if (done == 0) {
        result = fa_interpose_call(patch, self, arguments.plain, count, names);
    }
    fa_act_arguments_clear(&arguments);
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

/* A function that the guard does itself: see fa_act_function. */
#define GUARDS(NAME, PLACES, DEED, EVENT, POSITIONAL, REQUIRED, NAMES, KINDS)                      \
    static const fa_act_function NAME##_function = {                                               \
        FA_DO_##DEED, FA_EVENT_OS_##EVENT, POSITIONAL, REQUIRED, {FA_LIST NAMES}, {FA_LIST KINDS}  \
    };                                                                                             \
    static PyObject *act_##NAME(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);            \
    FA_INTERPOSED(NAME, act_##NAME);                                                               \
    static PyObject *act_##NAME(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) \
    {                                                                                              \
        return act_guarded(&NAME##_patch, PLACES, &NAME##_function, self, args, count, names);     \
    }
#define FA_LIST(...) __VA_ARGS__
#define KIND(NAME) FA_ARGUMENT_##NAME
GUARDS(unlink, one_place, REMOVE, REMOVE, 1, 1, ("path", "dir_fd"), (KIND(PATH), KIND(DIR_FD)))
GUARDS(remove, one_place, REMOVE, REMOVE, 1, 1, ("path", "dir_fd"), (KIND(PATH), KIND(DIR_FD)))
GUARDS(rmdir, one_place, RMDIR, RMDIR, 1, 1, ("path", "dir_fd"), (KIND(PATH), KIND(DIR_FD)))
GUARDS(mkdir, one_place, MKDIR, MKDIR, 2, 1, ("path", "mode", "dir_fd"), (KIND(PATH), KIND(MODE), KIND(DIR_FD)))
GUARDS(rename, two_places, RENAME, RENAME, 2, 2, ("src", "dst", "src_dir_fd", "dst_dir_fd"),
       (KIND(PATH), KIND(PATH), KIND(DIR_FD), KIND(DIR_FD)))
GUARDS(replace, two_places, RENAME, RENAME, 2, 2, ("src", "dst", "src_dir_fd", "dst_dir_fd"),
       (KIND(PATH), KIND(PATH), KIND(DIR_FD), KIND(DIR_FD)))
GUARDS(link, two_places, LINK, LINK, 2, 2, ("src", "dst", "src_dir_fd", "dst_dir_fd", "follow_symlinks"),
       (KIND(PATH), KIND(PATH), KIND(DIR_FD), KIND(DIR_FD), KIND(TRUTH)))
GUARDS(symlink, link_place, SYMLINK, SYMLINK, 3, 2, ("src", "dst", "target_is_directory", "dir_fd"),
       (KIND(PATH), KIND(PATH), KIND(TRUTH), KIND(DIR_FD)))
GUARDS(truncate, one_place, TRUNCATE, TRUNCATE, 2, 2, ("path", "length"), (KIND(FILE), KIND(LENGTH)))
GUARDS(chmod, one_place, CHMOD, CHMOD, 2, 2, ("path", "mode", "dir_fd", "follow_symlinks"),
       (KIND(FILE), KIND(MODE), KIND(DIR_FD), KIND(FOLLOW)))
GUARDS(fchmod, no_place, CHMOD, CHMOD, 2, 2, ("fd", "mode"), (KIND(NUMBER), KIND(MODE)))
GUARDS(chown, one_place, CHOWN, CHOWN, 3, 3, ("path", "uid", "gid", "dir_fd", "follow_symlinks"),
       (KIND(FILE), KIND(OWNER), KIND(GROUP), KIND(DIR_FD), KIND(FOLLOW)))
GUARDS(lchown, one_place, CHOWN, CHOWN, 3, 3, ("path", "uid", "gid"), (KIND(PATH), KIND(OWNER), KIND(GROUP)))
GUARDS(fchown, no_place, CHOWN, CHOWN, 3, 3, ("fd", "uid", "gid"), (KIND(NUMBER), KIND(OWNER), KIND(GROUP)))
GUARDS(utime, one_place, UTIME, UTIME, 2, 1, ("path", "times", "ns", "dir_fd", "follow_symlinks"),
       (KIND(FILE), KIND(TIMES), KIND(NS), KIND(DIR_FD), KIND(FOLLOW)))
GUARDS(setxattr, one_place, SETXATTR, SETXATTR, 4, 3, ("path", "attribute", "value", "flags", "follow_symlinks"),
       (KIND(FILE), KIND(ATTRIBUTE), KIND(VALUE), KIND(FLAGS), KIND(FOLLOW)))
GUARDS(removexattr, one_place, REMOVEXATTR, REMOVEXATTR, 2, 2, ("path", "attribute", "follow_symlinks"),
       (KIND(FILE), KIND(ATTRIBUTE), KIND(FOLLOW)))

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
    {"listxattr", &listxattr_patch}, {"scandir", &scandir_patch},   {"replace", &replace_patch},
    {"link", &link_patch}, {"symlink", &symlink_patch}, {"fchmod", &fchmod_patch}, {"fchown", &fchown_patch},
};

int
fa_directories_install(fa_interpreter *here)
{
    if (fa_names_lock_install() != 0) {
        PyErr_NoMemory();
        return -1;
    }
    if (fa_listing_setup(here) < 0) {
        return -1;
    }
    for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
        if (fa_interpose_named(functions[i].patch, "posix", NULL, functions[i].name) < 0) {
            return -1;
        }
    }
    return fa_nodes_install();
}
