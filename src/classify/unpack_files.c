/* unpack_files.c: acts on names in the file system, but for opening. */
#include "classify/announced.h"
#include "classify/unpack_families.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

void
fa_unpack_files_place(fa_unpacked *unpacked, int at, fa_text path, int dir_fd, fa_follow follow,
                      fa_rights asks)
{
    fa_place *place = &unpacked->event.as.files.place[at];
    fa_resolved *resolved = &unpacked->resolved[at];

    *place = (fa_place){.asks = asks};
    /* -1 is the process's directory; no other negative number is a directory at all. */
    place->error = dir_fd < -1 ? EBADF : fa_resolve(path, dir_fd, follow, resolved);
    if (place->error != 0) {
        return;
    }
    place->path = (fa_text){resolved->path, resolved->length};
    place->exists = resolved->exists;
    place->directory = resolved->directory;
    if (resolved->length == 0) {
        place->descriptor = true; /* through /proc or /dev/fd to what has no name: a pipe, a deleted file */
    }
}

/* Opening a file for reading must not bring more than reading: what changes a file's metadata by its
 * descriptor is judged by what that leads to. */
static void
place_descriptor(fa_unpacked *unpacked, int at, int64_t number, fa_rights asks)
{
#if defined(__linux__)
    char link[40];
    int length = snprintf(link, sizeof(link), "/proc/self/fd/%lld", (long long)number);

    if (number >= 0 && (asks & FA_BIT(FA_METADATA)) != 0) {
        fa_unpack_files_place(unpacked, at, (fa_text){link, (size_t)length}, -1, FA_FOLLOW, asks);
        return;
    }
#endif
    (void)number;
    unpacked->event.as.files.place[at] = (fa_place){.asks = asks, .descriptor = true, .exists = true};
}

int
fa_unpack_files_operand(fa_unpacked *unpacked, int at, PyObject *object, bool descriptors, int dir_fd,
                        fa_follow follow, fa_rights asks)
{
    fa_text path;
    int64_t number;

    if (descriptors && PyLong_Check(object)) {
        if (!fa_operands_integer(object, &number)) {
            return 0;
        }
        place_descriptor(unpacked, at, number, asks);
        return 1;
    }
    int found = fa_operands_string(unpacked, object, &path);
    if (found == 1) {
        fa_unpack_files_place(unpacked, at, path, dir_fd, follow, asks);
    }
    return found;
}

int
fa_unpack_files_dir_fd(PyObject *object, int *dir_fd)
{
    int64_t number = -1;

    if (object != Py_None && !fa_operands_integer(object, &number)) {
        return 0;
    }
    *dir_fd = (int)number;
    return number >= INT32_MIN && number <= INT32_MAX;
}

/* What an event on one name asks, and where in its tuple the operands lie. */
typedef struct file_act {
    fa_rights asks;
    uint8_t least;   /* the tuple's size, at least … */
    uint8_t most;    /* … and at most */
    int8_t dir_fd;   /* index; -1: the event has none */
    uint8_t follow;  /* fa_follow, or BOTH */
    uint8_t act;     /* fa_act */
    bool listing;
    bool current;    /* None stands for the current directory */
    bool descriptor; /* an int is an open file */
} file_act;

/* follow_symlinks is not in the event: what the name leads to and the name itself are both judged. */
enum { BOTH = 2 };

static const file_act file_acts[FA_UNPACK_COUNT] = {
    [FA_UNPACK_CHDIR] = {FA_BIT(FA_READ), 1, 1, -1, FA_FOLLOW, FA_ACT_PLAIN, .listing = true, .descriptor = true},
    [FA_UNPACK_CHMOD] = {FA_BIT(FA_METADATA), 3, 3, 2, BOTH, FA_ACT_PLAIN, .descriptor = true},
    [FA_UNPACK_CHOWN] = {FA_BIT(FA_METADATA), 4, 4, 3, BOTH, FA_ACT_PLAIN, .descriptor = true},
    [FA_UNPACK_LIST] = {FA_BIT(FA_READ), 1, 1, -1, FA_FOLLOW, FA_ACT_PLAIN, true, true, true},
    [FA_UNPACK_METADATA] = {FA_BIT(FA_METADATA), 2, 4, -1, BOTH, FA_ACT_PLAIN, .descriptor = true},
    [FA_UNPACK_MKDIR] = {FA_BIT(FA_CREATE), 3, 3, 2, FA_NO_FOLLOW, FA_ACT_PLAIN},
    [FA_UNPACK_READ] = {FA_BIT(FA_READ), 1, 2, -1, BOTH, FA_ACT_PLAIN, .current = true, .descriptor = true},
    [FA_UNPACK_REMOVE] = {FA_BIT(FA_DELETE), 2, 2, 1, FA_NO_FOLLOW, FA_ACT_REMOVE},
    [FA_UNPACK_TRUNCATE] = {FA_BIT(FA_MODIFY), 2, 2, -1, FA_FOLLOW, FA_ACT_PLAIN, .descriptor = true},
    [FA_UNPACK_UTIME] = {FA_BIT(FA_METADATA), 4, 4, 3, BOTH, FA_ACT_PLAIN, .descriptor = true},
};

static bool
same_place(const fa_place *a, const fa_place *b)
{
    return a->error == b->error && a->descriptor == b->descriptor && fa_text_equal(a->path, b->path);
}

static int
read_one(fa_unpacked *unpacked, const file_act *how, PyObject *args)
{
    fa_files *files = &unpacked->event.as.files;
    Py_ssize_t size = PyTuple_GET_SIZE(args);
    fa_text path = FA_TEXT(".");
    int dir_fd = -1;

    if (size < how->least || size > how->most ||
        (how->dir_fd >= 0 && !fa_unpack_files_dir_fd(PyTuple_GET_ITEM(args, how->dir_fd), &dir_fd))) {
        return 0;
    }
    PyObject *name = PyTuple_GET_ITEM(args, 0); /* borrowed */
    /* Only for what is to be made does it matter whether it exists. */
    fa_follow loosely = (how->asks & FA_BIT(FA_CREATE)) != 0 ? 0 : FA_LOOSELY;
    fa_follow follow = (how->follow == FA_NO_FOLLOW ? FA_NO_FOLLOW : FA_FOLLOW) | loosely;
    files->act = how->act;
    files->count = 1;
    if (name == Py_None && how->current) {
        fa_unpack_files_place(unpacked, 0, path, -1, follow, how->asks);
    }
    else {
        int found = fa_unpack_files_operand(unpacked, 0, name, how->descriptor, dir_fd, follow, how->asks);
        if (found != 1) {
            return found;
        }
    }
    if (how->follow == BOTH && name != Py_None && !PyLong_Check(name)) {
        int found = fa_unpack_files_operand(unpacked, 1, name, false, dir_fd, FA_NO_FOLLOW | loosely, how->asks);
        if (found != 1) {
            return found;
        }
        files->count = same_place(&files->place[0], &files->place[1]) ? 1 : 2;
    }
    bool listing = how->listing || unpacked->event.id == FA_EVENT_OS_LISTXATTR;
    files->place[0].listing = files->place[1].listing = listing;
    unpacked->event.shape = FA_SHAPE_FILES;
    return 1;
}

/* Making a directory where something is already fails and changes nothing: os.makedirs(exist_ok=True)
 * does it at every step. */
static int
read_mkdir(fa_unpacked *unpacked, PyObject *args)
{
    int found = read_one(unpacked, &file_acts[FA_UNPACK_MKDIR], args);
    if (found == 1 && unpacked->event.as.files.place[0].exists) {
        return fa_unpack_narrow(unpacked);
    }
    return found;
}

/* (source, destination, source's directory, destination's directory) */
static int
read_pair(fa_unpacked *unpacked, fa_act act, PyObject *args, fa_rights asks_old, fa_rights asks_new)
{
    fa_files *files = &unpacked->event.as.files;
    int old_dir, new_dir;

    if (PyTuple_GET_SIZE(args) != 4 || !fa_unpack_files_dir_fd(PyTuple_GET_ITEM(args, 2), &old_dir) ||
        !fa_unpack_files_dir_fd(PyTuple_GET_ITEM(args, 3), &new_dir)) {
        return 0;
    }
    int found = fa_unpack_files_operand(unpacked, 0, PyTuple_GET_ITEM(args, 0), false, old_dir,
                                        FA_NO_FOLLOW, asks_old);
    if (found != 1) {
        return found;
    }
    struct stat status;
    if (act == FA_ACT_LINK && files->place[0].path.length > 0 &&
        lstat(unpacked->resolved[0].path, &status) == 0 && S_ISLNK(status.st_mode)) {
        /* Whether link(2) follows a symbolic link depends on the system and on follow_symlinks, which
         * the event does not show: neither reading is allowed. */
        files->place[0].error = ELOOP;
    }
    found = fa_unpack_files_operand(unpacked, 1, PyTuple_GET_ITEM(args, 1), false, new_dir, FA_NO_FOLLOW,
                                    asks_new);
    if (found != 1) {
        return found;
    }
    if (act == FA_ACT_RENAME && files->place[1].exists) {
        files->place[1].asks |= FA_BIT(FA_DELETE);
    }
    files->act = act;
    files->count = 2;
    unpacked->event.shape = FA_SHAPE_FILES;
    return 1;
}

/* (text of the link, the link, the directory of the link): the text counts from the link's folder. */
static int
read_symlink(fa_unpacked *unpacked, PyObject *args)
{
    fa_files *files = &unpacked->event.as.files;
    fa_text target;
    int dir_fd;

    if (PyTuple_GET_SIZE(args) < 3 || !fa_unpack_files_dir_fd(PyTuple_GET_ITEM(args, 2), &dir_fd)) {
        return 0;
    }
    int found = fa_operands_string(unpacked, PyTuple_GET_ITEM(args, 0), &target);
    if (found == 1) {
        found = fa_unpack_files_operand(unpacked, 1, PyTuple_GET_ITEM(args, 1), false, dir_fd,
                                        FA_NO_FOLLOW, FA_BIT(FA_CREATE) | FA_BIT(FA_LINK));
    }
    if (found != 1) {
        return found;
    }
    files->act = FA_ACT_SYMLINK;
    files->count = 2;
    unpacked->event.shape = FA_SHAPE_FILES;
    fa_text link = files->place[1].path;
    if (target.length == 0 || target.bytes[0] == '/') {
        fa_unpack_files_place(unpacked, 0, target, -1, FA_FOLLOW, 0);
        return 1;
    }
    if (files->place[1].error != 0) {
        files->place[0] = (fa_place){.descriptor = true}; /* nothing to count from: the link's place is refused */
        return 1;
    }
    size_t folder = link.length; /* bytes of the link's folder, its slash included */
    while (folder > 0 && link.bytes[folder - 1] != '/') {
        folder--;
    }
    if (folder + target.length >= FA_PATH_BYTES) {
        files->place[0] = (fa_place){.error = ENAMETOOLONG};
        return 1;
    }
    char *joined = fa_operands_take(unpacked, folder + target.length);
    if (joined == NULL) {
        return -1;
    }
    if (folder > 0) {
        memcpy(joined, link.bytes, folder);
    }
    memcpy(joined + folder, target.bytes, target.length);
    fa_unpack_files_place(unpacked, 0, (fa_text){joined, folder + target.length}, -1, FA_FOLLOW, 0);
    return 1;
}

int
fa_unpack_files_read(fa_unpacked *unpacked, fa_unpacker unpacker, PyObject *args)
{
    if (fa_announced_take_act(args)) {
        return fa_unpack_narrow(unpacked); /* judged when the guard does it */
    }
    if (unpacker == FA_UNPACK_RENAME) {
        return read_pair(unpacked, FA_ACT_RENAME, args, FA_BIT(FA_DELETE), FA_BIT(FA_CREATE));
    }
    if (unpacker == FA_UNPACK_LINK) {
        return read_pair(unpacked, FA_ACT_LINK, args, 0, FA_BIT(FA_LINK) | FA_BIT(FA_CREATE));
    }
    if (unpacker == FA_UNPACK_SYMLINK) {
        return read_symlink(unpacked, args);
    }
    if (unpacker == FA_UNPACK_MKDIR) {
        return read_mkdir(unpacked, args);
    }
    return read_one(unpacked, &file_acts[unpacker], args);
}
