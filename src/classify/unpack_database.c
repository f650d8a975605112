/* unpack_database.c: the file behind the name of a SQLite database. */
#include "classify/unpack_families.h"

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

/* (database) from CPython: a name that begins with "file:" is a URI or a file of that name, and the
 * event does not tell which; the event of the file that SQLite then opens does. (database, uri) from
 * fastaudit: exact. */
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
    bool may_be_uri = name.length >= 5 && memcmp(name.bytes, "file:", 5) == 0;
    if (may_be_uri && size == 1) {
        return fa_unpack_narrow(unpacked);
    }
    if (may_be_uri && PyTuple_GET_ITEM(args, 1) == Py_True) {
        char *path = fa_operands_take(unpacked, name.length);
        if (path == NULL) {
            return -1;
        }
        if (!fa_sqlite_uri_read(name, path, &uri)) {
            return 0;
        }
        if (uri.memory || uri.length == 0) {
            return fa_unpack_narrow(unpacked);
        }
        set_place(unpacked, 0, (fa_text){path, uri.length}, uri.read_only, uri.no_create);
    }
    else {
        set_place(unpacked, 0, name, false, false);
    }
    files->act = FA_ACT_PLAIN;
    files->count = 1;
    fa_rights asks = files->place[0].asks;
    unpacked->event.shape = FA_SHAPE_FILES;
    unpacked->event.right = asks & FA_BIT(FA_CREATE)   ? FA_CREATE
                            : asks & FA_BIT(FA_MODIFY) ? FA_MODIFY
                                                       : FA_READ;
    return 1;
}
