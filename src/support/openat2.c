/* openat2.c: opening a name that leads through no symbolic link, in one act of the kernel's. */
#if defined(__linux__)
#define _GNU_SOURCE /* O_PATH */
#endif

#include "support/openat2.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/syscall.h>
#endif

#if defined(__linux__) && defined(SYS_openat2)

/* As in linux/openat2.h, which older systems lack. */
struct open_how_of_linux {
    uint64_t flags;
    uint64_t mode;
    uint64_t resolve;
};
enum { NO_MAGIC_LINKS = 0x02, NO_LINKS = 0x04 };

enum {
    /* What open(2) knows; it ignores all else, where openat2 fails. */
    KNOWN = O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK | O_DSYNC | O_ASYNC |
            O_DIRECT | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC | O_SYNC | O_PATH | O_TMPFILE,
    KNOWN_OF_PLACES = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
};

int
fa_openat2(const char *path, int flags, unsigned mode)
{
    flags &= (flags & O_PATH) != 0 ? KNOWN_OF_PLACES : KNOWN;
    bool makes = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
    struct open_how_of_linux how = {
        .flags = (uint64_t)flags, .mode = makes ? mode & 07777 : 0, .resolve = NO_LINKS | NO_MAGIC_LINKS
    };
    int descriptor = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
    return descriptor < 0 ? -errno : descriptor;
}

#else

int
fa_openat2(const char *path, int flags, unsigned mode)
{
    (void)path, (void)flags, (void)mode;
    return -ENOSYS;
}

#endif

static atomic_int works; /* 0: not asked yet; 1; -1: it does not */

static bool
ask(void)
{
#if defined(O_PATH)
    int descriptor = fa_openat2("/", O_PATH | O_CLOEXEC, 0);
    if (descriptor >= 0) {
        close(descriptor);
    }
    /* Out of descriptors or memory: it was there to say so. */
    return descriptor != -ENOSYS && descriptor != -EPERM && descriptor != -EACCES;
#else
    return false;
#endif
}

bool
fa_openat2_works(void)
{
    int known = atomic_load_explicit(&works, memory_order_relaxed);
    if (known == 0) {
        known = ask() ? 1 : -1;
        atomic_store_explicit(&works, known, memory_order_relaxed);
    }
    return known > 0;
}

bool
fa_openat2_is_lost(int error)
{
    if (error == ENOSYS || (error == EPERM && !ask())) {
        atomic_store_explicit(&works, -1, memory_order_relaxed);
        return true;
    }
    return false;
}
