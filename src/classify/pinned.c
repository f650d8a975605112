/* pinned.c: acts on what is open already, so that nothing can be put in its place. */
#if defined(__linux__)
#define _GNU_SOURCE /* clone */
#endif

#include "classify/pinned.h"

#include <errno.h>

#if defined(__linux__)

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "classify/magic.h"
#include "classify/open_how.h"
#include "classify/resolve.h"

enum { STACK_BYTES = 64 * 1024 };

/* A process that shares our memory and has a copy of our descriptors, which no thread of ours can change. It only
 * waits to be killed. What sets errno, or looks at a thread's own data, would meet those of the thread that made
 * it: nothing here does. */
static int
stay(void *parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (syscall(SYS_getppid) == *(pid_t *)parent) {
        syscall(SYS_ppoll, NULL, 0, NULL, NULL, 0); /* no signal reaches it but the last one */
    }
    return 0;
}

/* Whether the numbers that /proc shows are those that we know processes by. */
static bool
proc_is_ours(void)
{
    char self[32];
    ssize_t length = readlink("/proc/self", self, sizeof(self) - 1);

    if (length <= 0) {
        return false;
    }
    self[length] = '\0';
    return atol(self) == (long)getpid();
}

/* Whether whoever has it open may do as much already. A file that was opened for writing only, or as a mere place,
 * must not become readable by being deleted. The link itself shows what it is open for; asking by a descriptor of
 * ours would be asking what other threads put there. */
static bool
brings_no_more(const char *link, int flags)
{
    struct stat opened, shown;

    if ((flags & O_TMPFILE) == O_TMPFILE || stat(link, &opened) != 0 || lstat(link, &shown) != 0) {
        return false;
    }
    if (S_ISFIFO(opened.st_mode) || S_ISSOCK(opened.st_mode) || S_ISCHR(opened.st_mode) || (flags & O_PATH) != 0) {
        return true;
    }
    fa_open_how how = fa_open_how_read(flags);
    return (!how.reads || (shown.st_mode & S_IRUSR) != 0) && (!how.writes || (shown.st_mode & S_IWUSR) != 0);
}

/* What is to be done with a descriptor that is pinned. */
typedef struct errand {
    const char *name; /* it has to have, or "" for none */
    int (*act)(const char *path, const void *data);
    const void *data;
} errand;

/* Do it with what descriptor `number` of the process `keeper` leads to. Returns 0 or an errno. */
static int
act_through(pid_t keeper, int number, const errand *what)
{
    char path[64], text[FA_PATH_BYTES];

    snprintf(path, sizeof(path), "/proc/%ld/fd/%d", (long)keeper, number);
    ssize_t length = readlink(path, text, sizeof(text) - 1);
    if (length <= 0) {
        return length < 0 ? errno : EACCES;
    }
    text[length] = '\0';
    switch (fa_magic_tell(path, text)) {
    case FA_MAGIC_NAMELESS:
        return what->name[0] == '\0' ? what->act(path, what->data) : EAGAIN;
    case FA_MAGIC_NAME:
        return strcmp(what->name, text) == 0 ? what->act(path, what->data) : EAGAIN;
    case FA_MAGIC_NONE:
    case FA_MAGIC_FOREIGN:
        break;
    }
    return EACCES;
}

int
fa_pinned_act(int number, const char *name, int (*act)(const char *path, const void *data), const void *data)
{
    const errand what = {name, act, data};
    sigset_t all, before;
    pid_t self = getpid();
    int error = EACCES;

    if (!proc_is_ours()) {
        return EACCES;
    }
    char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        return ENOMEM;
    }
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    /* No signal tells of its end, so that nobody who waits for children meets it. */
    pid_t keeper = clone(stay, stack + STACK_BYTES, CLONE_VM, &self);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (keeper > 0) {
        error = act_through(keeper, number, &what);
        kill(keeper, SIGKILL);
        while (waitpid(keeper, NULL, __WALL) < 0 && errno == EINTR) {
        }
    }
    munmap(stack, STACK_BYTES);
    return error;
}

/* An opening, by its path. */
typedef struct opening {
    int flags;
    int descriptor; /* what came of it, or -1 */
} opening;

static int
open_pinned(const char *path, const void *data)
{
    opening *asked = *(opening *const *)data;

    if (!brings_no_more(path, asked->flags)) {
        return EACCES;
    }
    asked->descriptor = open(path, asked->flags | O_CLOEXEC);
    return asked->descriptor < 0 ? errno : 0;
}

int
fa_pinned_open(int number, int flags)
{
    opening asked = {flags, -1}, *data = &asked;
    int error = fa_pinned_act(number, "", open_pinned, &data);
    return error != 0 ? -error : asked.descriptor;
}

#else

int
fa_pinned_open(int number, int flags)
{
    (void)number, (void)flags;
    return -EACCES;
}

int
fa_pinned_act(int number, const char *name, int (*act)(const char *path, const void *data), const void *data)
{
    (void)number, (void)name, (void)act, (void)data;
    return EACCES;
}

#endif
