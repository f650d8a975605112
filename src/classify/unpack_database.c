/* unpack_database.c: the file behind the name of a SQLite database. */
#include "classify/unpack_families.h"

#include <errno.h>

#include "classify/sqlite_uri.h"

/* SQLite opens for reading and writing unless told otherwise, and makes what is missing. */
static void
set_place(fa_unpacked *unpacked, int at, fa_text path, bool read_only, bool no_create)
{
    fa_place *place = &unpacked->event.as.files.place[at];

    fa_unpack_files_place(unpacked, at, path, -1, FA_FOLLOW, FA_BIT(FA_READ));
    if (!read_only) {
        place->asks |= FA_BIT(place->exists || no_create ? FA_MODIFY : FA_CREATE);
    }
}

/* Whether a file may come into being under the name itself: its folder is there. */
static bool
has_folder(fa_text path)
{
    fa_resolved folder;
    size_t length = path.length;

    while (length > 0 && path.bytes[length - 1] != '/') {
        length--;
    }
    fa_text text = length == 0 ? FA_TEXT(".") : (fa_text){path.bytes, length};
    int error = fa_resolve(text, -1, FA_FOLLOW, &folder);
    return error == 0 ? folder.exists : error != ENOENT && error != ENOTDIR;
}

/* (database) from CPython: a name that begins with "file:" is a URI or a file of that name, and the
 * event does not tell which. (database, uri) from fastaudit: it does. */
int
fa_unpack_database_read(fa_unpacked *unpacked, PyObject *args)
{
    fa_files *files = &unpacked->event.as.files;
    Py_ssize_t size = PyTuple_GET_SIZE(args);
    fa_sqlite_uri uri;
    fa_text name;

    if (size != 1 && !(size == 2 && PyBool_Check(PyTuple_GET_ITEM(args, 1)))) {
        return 0;
    }
    int found = fa_operands_string(unpacked, PyTuple_GET_ITEM(args, 0), &name);
    if (found != 1) {
        return found;
    }
    if (name.length == 0 || fa_text_equal(name, FA_TEXT(":memory:"))) {
        return fa_unpack_narrow(unpacked);
    }
    files->act = FA_ACT_PLAIN;
    files->count = 0;
    unpacked->event.shape = FA_SHAPE_FILES;
    bool may_be_uri = name.length >= 5 && memcmp(name.bytes, "file:", 5) == 0 &&
                      (size == 1 || PyTuple_GET_ITEM(args, 1) == Py_True);
    if (may_be_uri) {
        char *path = fa_operands_take(unpacked, name.length);
        if (path == NULL) {
            return -1;
        }
        if (!fa_sqlite_uri_read(name, path, &uri)) {
            return 0;
        }
        if (!uri.memory && uri.length > 0) {
            set_place(unpacked, files->count++, (fa_text){path, uri.length}, uri.read_only, uri.no_create);
        }
    }
    if (!may_be_uri || (size == 1 && has_folder(name))) {
        set_place(unpacked, files->count++, name, false, false);
    }
    if (files->count == 0) {
        return fa_unpack_narrow(unpacked);
    }
    fa_rights asks = files->place[0].asks | (files->count == 2 ? files->place[1].asks : 0);
    unpacked->event.right = asks & FA_BIT(FA_CREATE)   ? FA_CREATE
                            : asks & FA_BIT(FA_MODIFY) ? FA_MODIFY
                                                       : FA_READ;
    return 1;
}
