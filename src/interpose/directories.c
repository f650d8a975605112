/* directories.c: names that count from a directory are made absolute before they are judged and used. */
#include "interpose/directories.h"

#include "authority/authority.h"
#include "interpose/interpose.h"
#include "interpose/places.h"

#define ARGUMENTS_MOST 8 /* of any of these functions, by any version */

/* A path among the arguments, and the directory that it counts from. */
typedef struct place_argument {
    const char *path;   /* NULL: there is no such place */
    const char *dir_fd; /* NULL: the function takes none */
    Py_ssize_t position;
} place_argument;

static const place_argument one_place[2] = {{"path", "dir_fd", 0}};
static const place_argument two_places[2] = {{"src", "src_dir_fd", 0}, {"dst", "dst_dir_fd", 1}};
static const place_argument link_place[2] = {{"dst", "dir_fd", 1}};

/* Put the absolute name into `plain`, and None in the place of its dir_fd. *fixed is owned. Returns 0, or
 * -1 with an exception set. */
static int
fix_place(const place_argument *place, PyObject **plain, Py_ssize_t count, PyObject *names, PyObject **fixed)
{
    Py_ssize_t at = fa_places_find(count, names, place->position, place->path);
    Py_ssize_t from = fa_places_find(count, names, -1, place->dir_fd);
    PyObject *given = at < 0 ? NULL : plain[at]; /* borrowed */
    int dir_fd;

    if (given == NULL || (!PyUnicode_Check(given) && !PyBytes_Check(given) &&
                          !PyObject_HasAttrString((PyObject *)Py_TYPE(given), "__fspath__"))) {
        return 0; /* a descriptor, or what the built-in itself complains of */
    }
    if (fa_places_read_dir_fd(from < 0 ? NULL : plain[from], &dir_fd) < 0) {
        return -1;
    }
    PyObject *path = PyOS_FSPath(given); /* owned: the one conversion */
    *fixed = path == NULL ? NULL : fa_places_fix(path, dir_fd);
    Py_XDECREF(path);
    if (*fixed == NULL) {
        return -1;
    }
    plain[at] = *fixed;
    if (from >= 0) {
        plain[from] = Py_None;
    }
    return 0;
}

/* Between the judgement and the act, another thread could put a different directory behind the number,
 * change the process's directory, or move the folder from which ".." goes up. */
static PyObject *
act(const fa_patch *patch, const place_argument places[2], PyObject *self, PyObject *const *args,
    Py_ssize_t count, PyObject *names)
{
    PyObject *plain[ARGUMENTS_MOST];     /* borrowed */
    PyObject *fixed[2] = {NULL, NULL};   /* owned */
    PyObject *result = NULL;
    Py_ssize_t all = count + (names == NULL ? 0 : PyTuple_GET_SIZE(names));
    const fa_authority *authority; /* borrowed */

    int held = fa_authority_get(&authority);
    if (held < 0) {
        return NULL;
    }
    if (held == 0 || all > ARGUMENTS_MOST) {
        return fa_interpose_call(patch, self, args, count, names); /* too many: a TypeError of its own */
    }
    for (Py_ssize_t i = 0; i < all; i++) {
        plain[i] = args[i];
    }
    for (int i = 0; i < 2 && places[i].path != NULL; i++) {
        if (fix_place(&places[i], plain, count, names, &fixed[i]) < 0) {
            goto done;
        }
    }
    result = fa_interpose_call(patch, self, plain, count, names);
    for (int i = 0; result == NULL && i < 2; i++) {
        if (fixed[i] != NULL) {
            fa_places_show_given(fixed[i], args[fa_places_find(count, names, places[i].position, places[i].path)]);
        }
    }

done:
    Py_XDECREF(fixed[0]);
    Py_XDECREF(fixed[1]);
    return result;
}

#define ACTS(NAME, PLACES)                                                                         \
    static PyObject *act_##NAME(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);            \
    FA_INTERPOSED(NAME, act_##NAME);                                                               \
    static PyObject *act_##NAME(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) \
    {                                                                                              \
        return act(&NAME##_patch, PLACES, self, args, count, names);                               \
    }

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

static const struct {
    const char *name;
    fa_patch *patch;
} functions[] = {
    {"mkdir", &mkdir_patch},       {"rmdir", &rmdir_patch},         {"unlink", &unlink_patch},
    {"remove", &remove_patch},     {"truncate", &truncate_patch},   {"chmod", &chmod_patch},
    {"chown", &chown_patch},       {"lchown", &lchown_patch},       {"utime", &utime_patch},
    {"setxattr", &setxattr_patch}, {"removexattr", &removexattr_patch}, {"rename", &rename_patch},
    {"replace", &replace_patch},   {"link", &link_patch},           {"symlink", &symlink_patch},
};

int
fa_directories_install(void)
{
    for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
        if (fa_interpose_named(functions[i].patch, "posix", NULL, functions[i].name) < 0) {
            return -1;
        }
    }
    return 0;
}
