/* vfs.c: replaces the function by which SQLite's own file systems open a file. */
#if defined(__linux__)
#define _GNU_SOURCE /* dladdr, RTLD_DEFAULT */
#endif

#include "interpose/vfs.h"

#include <dlfcn.h>

/* SQLite's binary interface, the same since 3.5: what sqlite3.h calls sqlite3_file and sqlite3_vfs. */
typedef struct sqlite_file {
    const void *methods;
} sqlite_file;

typedef struct sqlite_vfs {
    int version;
    int file_bytes;
    int path_bytes;
    struct sqlite_vfs *next;
    const char *name;
    void *data;
    int (*open)(struct sqlite_vfs *, const char *, sqlite_file *, int, int *);
} sqlite_vfs;

enum {
    SQLITE_PERM_CODE = 3,
    OPEN_READONLY = 0x01,
    OPEN_CREATE = 0x04,
    OPEN_MAIN_DB = 0x100,
    OPEN_SUPER_JOURNAL = 0x4000,
    VFS_MAX = 32 /* a library has four or five */
};

typedef int (*open_function)(sqlite_vfs *, const char *, sqlite_file *, int, int *);

/* What was replaced. Rows are filled in before ours can be called for them, and never change; only
 * written while an interpreter imports, under its lock and `filling`. */
static struct {
    sqlite_vfs *vfs;
    open_function original;
} replaced[VFS_MAX];
static int replaced_count;
static char filling; /* a lock by __atomic_test_and_set */
static fa_vfs_judge judge_open; /* written before the first row; always the same */

/* Whether the file may be opened. Journals and temporary files have names that SQLite makes from the
 * database's. The name of a super-journal is read from a journal, which a guest may have written, and
 * SQLite deletes what it names. */
static bool
may_open(const char *path, int flags)
{
    if (path == NULL || (flags & (OPEN_MAIN_DB | OPEN_SUPER_JOURNAL)) == 0) {
        return true;
    }
    bool read_only = (flags & (OPEN_READONLY | OPEN_SUPER_JOURNAL)) == OPEN_READONLY;
    return __atomic_load_n(&judge_open, __ATOMIC_ACQUIRE)(path, read_only, (flags & OPEN_CREATE) != 0);
}

static int
open_judged(sqlite_vfs *vfs, const char *path, sqlite_file *file, int flags, int *flags_out)
{
    int count = __atomic_load_n(&replaced_count, __ATOMIC_ACQUIRE);

    for (int i = 0; i < count; i++) {
        if (replaced[i].vfs != vfs) {
            continue;
        }
        if (may_open(path, flags)) {
            return replaced[i].original(vfs, path, file, flags, flags_out);
        }
        break;
    }
    file->methods = NULL; /* nothing to close */
    return SQLITE_PERM_CODE;
}

static bool
replace(sqlite_vfs *vfs)
{
    if (vfs->open == open_judged || strcmp(vfs->name, "memdb") == 0) {
        return true; /* memdb has no files */
    }
    if (replaced_count == VFS_MAX) {
        return false;
    }
    replaced[replaced_count].vfs = vfs;
    replaced[replaced_count].original = vfs->open;
    __atomic_store_n(&replaced_count, replaced_count + 1, __ATOMIC_RELEASE);
    __atomic_store_n(&vfs->open, open_judged, __ATOMIC_RELEASE);
    return true;
}

/* The library has a list of them, the default first. */
static bool
replace_all(void *symbol)
{
    sqlite_vfs *(*find)(const char *);
    bool complete = true;

    memcpy(&find, &symbol, sizeof(find));
    sqlite_vfs *vfs = find(NULL);
    if (vfs == NULL) {
        return false;
    }
    while (__atomic_test_and_set(&filling, __ATOMIC_ACQUIRE)) {
    }
    for (; vfs != NULL; vfs = vfs->next) {
        complete = replace(vfs) && complete;
    }
    __atomic_clear(&filling, __ATOMIC_RELEASE);
    return complete;
}

bool
fa_vfs_install(const void *code, fa_vfs_judge judge)
{
    Dl_info library;

    __atomic_store_n(&judge_open, judge, __ATOMIC_RELEASE);
    /* A name means the first library in the process's global scope that has it, and then the caller's
     * own ones; both are done, so that it does not matter which it is. */
    void *shared = dlsym(RTLD_DEFAULT, "sqlite3_vfs_find");
    void *own = NULL;
    if (dladdr(code, &library) != 0 && library.dli_fname != NULL) {
        void *handle = dlopen(library.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
        if (handle != NULL) {
            own = dlsym(handle, "sqlite3_vfs_find");
            dlclose(handle); /* only what NOLOAD counted up */
        }
    }
    if (shared == NULL && own == NULL) {
        return false;
    }
    return (shared == NULL || replace_all(shared)) && (own == NULL || replace_all(own));
}
