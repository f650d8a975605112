/* test_resolve.c: names resolve to what the kernel reaches, by both routes alike. */
#define _GNU_SOURCE
#include "classify/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "test.h"

static char box[FA_PATH_BYTES]; /* a fresh directory, canonical, and the current one */

static fa_text
text(const char *string)
{
    return (fa_text){string, strlen(string)};
}

typedef int (*resolver)(fa_text, int, fa_follow, fa_resolved *);

/* Whether nothing can be at `path`, because what it begins with is a file. */
static bool
lies_beneath_a_file(const char *path)
{
    char folder[FA_PATH_BYTES];
    struct stat status;

    snprintf(folder, sizeof(folder), "%s", path);
    for (char *slash = strrchr(folder, '/'); slash != NULL && slash != folder; slash = strrchr(folder, '/')) {
        *slash = '\0';
        if (lstat(folder, &status) == 0) {
            return !S_ISDIR(status.st_mode);
        }
    }
    return false;
}

/* Resolve loosely: all but the one thing that may differ must be as in `exact`. */
static void
expect_loosely(const char *path, int dir_fd, fa_follow follow, int error, const fa_resolved *exact)
{
    fa_resolved loose;

    EXPECT(fa_resolve(text(path), dir_fd, follow | FA_LOOSELY, &loose) == error, "loosely gives the same error");
    EXPECT(strcmp(loose.path, exact->path) == 0 && loose.length == exact->length, "loosely gives the same path");
    EXPECT(loose.directory == exact->directory, "loosely tells a directory as well");
    EXPECT(loose.exists == exact->exists || (loose.exists && lies_beneath_a_file(loose.path)),
           "loosely sees what is not there only beneath a file");
}

/* Resolve by both routes; they must agree. Returns what the first says, "error N" included. */
static const char *
resolved(const char *path, int dir_fd, fa_follow follow)
{
    static char answer[FA_PATH_BYTES + 16];
    fa_resolved fast, portable;
    int error = fa_resolve(text(path), dir_fd, follow, &fast);
    int other = fa_resolve_portably(text(path), dir_fd, follow, &portable);

    expect_loosely(path, dir_fd, follow, error, &fast);
    EXPECT(error == other, "both routes give the same error");
    EXPECT(strcmp(fast.path, portable.path) == 0, "both routes give the same path");
    EXPECT(fast.length == portable.length && fast.length == strlen(fast.path),
           "the length is that of the path");
    EXPECT(fast.exists == portable.exists && fast.directory == portable.directory,
           "both routes see the same thing there");
    if (error != other || strcmp(fast.path, portable.path) != 0 || fast.exists != portable.exists) {
        fprintf(stderr, "  for %s: %d %s, %d %s\n", path, error, fast.path, other, portable.path);
    }
    if (error != 0) {
        snprintf(answer, sizeof(answer), "error %d", error);
    }
    else {
        snprintf(answer, sizeof(answer), "%s%s", fast.path,
                 fast.directory ? " D" : fast.exists ? " F" : "");
    }
    return answer;
}

/* Whether `path` resolves to box + `expected` (or to `expected` when it is no path beneath the box). */
static bool
leads(const char *path, fa_follow follow, const char *expected)
{
    char full[2 * FA_PATH_BYTES];
    const char *answer = resolved(path, -1, follow);

    snprintf(full, sizeof(full), "%s%s", expected[0] == '+' ? box : "",
             expected + (expected[0] == '+'));
    if (strcmp(answer, full) != 0) {
        fprintf(stderr, "  %s gave %s, not %s\n", path, answer, full);
    }
    return strcmp(answer, full) == 0;
}

static void
make_tree(void)
{
    char name[] = "/tmp/fa-resolve-XXXXXX";

    if (mkdtemp(name) == NULL || chdir(name) != 0 || getcwd(box, sizeof(box)) == NULL) {
        abort();
    }
    if (mkdir("d", 0700) != 0 || mkdir("d/e", 0700) != 0 || close(creat("d/f", 0600)) != 0 ||
        symlink("d", "link") != 0 || symlink("f", "d/to_f") != 0 || symlink("gone", "dangling") != 0 ||
        symlink("loop", "loop") != 0 || symlink("../d/e/..", "d/around") != 0 ||
        symlink("/", "root") != 0 || symlink("link/e/", "slashed") != 0) {
        abort();
    }
}

static void
test_names(void)
{
    EXPECT(leads("d/f", FA_FOLLOW, "+/d/f F"), "a plain name is itself");
    EXPECT(leads("d", FA_FOLLOW, "+/d D"), "a directory is told from a file");
    EXPECT(leads("./d//./f", FA_FOLLOW, "+/d/f F"), "dots and doubled slashes do not count");
    EXPECT(leads("d/e/../f", FA_FOLLOW, "+/d/f F"), ".. goes up");
    EXPECT(leads("link/../d/f", FA_FOLLOW, "+/d/f F"), ".. goes up from where the link led");
    EXPECT(leads("link/f", FA_FOLLOW, "+/d/f F"), "a link in the middle is followed");
    EXPECT(leads("d/to_f", FA_FOLLOW, "+/d/f F"), "a link at the end is followed");
    EXPECT(leads("d/to_f", FA_NO_FOLLOW, "+/d/to_f F"), "a link at the end is kept when asked");
    EXPECT(leads("link", FA_NO_FOLLOW, "+/link F"), "a link to a directory is no directory");
    EXPECT(leads("link/", FA_NO_FOLLOW, "+/d D"), "a slash behind a link follows it");
    EXPECT(leads("link/.", FA_NO_FOLLOW, "+/d D"), "a dot behind a link follows it");
    EXPECT(leads("link/e/..", FA_NO_FOLLOW, "+/d D"), ".. at the end is followed");
    EXPECT(leads("link/to_f", FA_NO_FOLLOW, "+/d/to_f F"), "links before the last are followed");
    EXPECT(leads("d/around", FA_FOLLOW, "+/d D"), ".. in a link's text goes up");
    EXPECT(leads("slashed", FA_FOLLOW, "+/d/e D"), "a slash at the end of a link's text is nothing");
    EXPECT(leads("root/../..", FA_FOLLOW, "/ D"), ".. of the root is the root");
    EXPECT(leads("/", FA_FOLLOW, "/ D"), "the root is itself");
    EXPECT(leads("/", FA_NO_FOLLOW, "/ D"), "the root is itself, not followed too");
    EXPECT(leads("//..//dev/null", FA_FOLLOW, "/dev/null F"), "two slashes lead to the root");
    EXPECT(leads(".", FA_FOLLOW, "+ D"), "a dot is the current directory");
}

static void
test_missing(void)
{
    EXPECT(leads("d/new", FA_FOLLOW, "+/d/new"), "what is missing is its parent plus its name");
    EXPECT(leads("new/", FA_FOLLOW, "+/new"), "mkdir may be given a slash");
    EXPECT(leads("link/new", FA_FOLLOW, "+/d/new"), "the parent is canonical");
    EXPECT(leads("dangling", FA_FOLLOW, "+/gone"), "a dangling link leads to what it names");
    EXPECT(leads("dangling", FA_NO_FOLLOW, "+/dangling F"), "a dangling link is there itself");
    EXPECT(leads("a/b/c", FA_FOLLOW, "+/a/b/c"), "missing parents are appended");
    EXPECT(leads("a/../d", FA_FOLLOW, "error 2"), "nothing lies above what is missing");
    EXPECT(leads("d/f/x", FA_FOLLOW, "+/d/f/x"), "beneath a file is a name, and nothing");
    EXPECT(leads("", FA_FOLLOW, "error 2"), "an empty name is no file");
    EXPECT(leads("loop", FA_FOLLOW, "error 40"), "a loop is an error");
    EXPECT(leads("loop/x", FA_NO_FOLLOW, "error 40"), "a loop in the middle is an error");
    EXPECT(leads("/new", FA_FOLLOW, "/new"), "a missing name in the root");
}

static void
test_lengths(void)
{
    static char path[3 * FA_PATH_BYTES];
    char expected[400];
    fa_resolved result;

    memset(path, 'x', sizeof(path) - 1);
    EXPECT(leads(path, FA_FOLLOW, "error 36"), "a name of 12 KB is too long");
    path[300] = '\0';
    snprintf(expected, sizeof(expected), "+/%.300s", path);
    EXPECT(leads(path, FA_FOLLOW, expected), "nothing has a name of 300 bytes");
    EXPECT(fa_resolve_portably((fa_text){path, 300}, -1, FA_FOLLOW, &result) == 0 && !result.exists,
           "nor when names are looked at one by one");
    for (size_t at = 1; at < FA_PATH_BYTES - 1; at += 2) {
        path[at - 1] = 'a';
        path[at] = '/';
    }
    path[FA_PATH_BYTES - 2] = '\0';
    EXPECT(leads(path, FA_FOLLOW, "error 36"), "a relative path may not become too long");
    EXPECT(fa_resolve((fa_text){"d\0f", 3}, -1, FA_FOLLOW, &result) == EINVAL, "NUL is refused");
    EXPECT(result.length == 0, "an error leaves no path");
    if (symlink("link/../link/../link/../link/../link/../d", "long") != 0) {
        abort();
    }
    EXPECT(leads("long/f", FA_FOLLOW, "+/d/f F"), "six links are followed");
}

static void
test_descriptors(void)
{
    char path[64], elsewhere[FA_PATH_BYTES + 8];
    int directory = open("d", O_RDONLY), pipes[2];

    snprintf(elsewhere, sizeof(elsewhere), "%s/d/f F", box);
    EXPECT(strcmp(resolved("f", directory, FA_FOLLOW), elsewhere) == 0,
           "a relative name lies beneath the directory of the descriptor");
    EXPECT(strcmp(resolved("../d/f", directory, FA_FOLLOW), elsewhere) == 0,
           ".. goes up from the directory of the descriptor");
    EXPECT(strcmp(resolved("/dev/null", directory, FA_FOLLOW), "/dev/null F") == 0,
           "an absolute name does not ask the descriptor");
    EXPECT(strcmp(resolved("f", 9999, FA_FOLLOW), "error 9") == 0, "a closed descriptor is an error");
    if (pipe(pipes) != 0) {
        abort();
    }
    EXPECT(strcmp(resolved("f", pipes[0], FA_FOLLOW), "error 20") == 0, "a pipe is no directory");
    snprintf(path, sizeof(path), "/proc/self/fd/%d", directory);
    EXPECT(leads(path, FA_FOLLOW, "+/d D"), "/proc/self/fd leads to what is open");
    snprintf(path, sizeof(path), "/proc/thread-self/fd/%d/../d/f", directory);
    EXPECT(leads(path, FA_FOLLOW, "+/d/f F"), "/proc/thread-self leads on");
    snprintf(path, sizeof(path), "/proc/%d/fd/%d/f", (int)getpid(), directory);
    EXPECT(leads(path, FA_FOLLOW, "+/d/f F"), "our own /proc/PID leads on");
    snprintf(path, sizeof(path), "/dev/fd/%d", pipes[0]);
    EXPECT(leads(path, FA_FOLLOW, " F"), "a pipe has no name");
    EXPECT(leads("/proc/self/root/dev/null", FA_FOLLOW, "/dev/null F"), "a magic root is a root");
    EXPECT(leads("/proc/self/cwd/link/f", FA_FOLLOW, "+/d/f F"), "a magic cwd is the directory");
    snprintf(path, sizeof(path), "/proc/self/fd/%d", directory);
    EXPECT(resolved(path, -1, FA_NO_FOLLOW)[0] == '/', "a magic link itself has a name");

    int gone = open("doomed", O_CREAT | O_RDWR, 0600);
    unlink("doomed");
    snprintf(path, sizeof(path), "/proc/self/fd/%d", gone);
    EXPECT(leads(path, FA_FOLLOW, " F"), "a deleted file has no name");
    close(gone);
    gone = open("doomed", O_CREAT | O_RDWR, 0600);
    EXPECT(link("doomed", "other") == 0 && unlink("doomed") == 0, "a second name is made");
    EXPECT(leads(path, FA_FOLLOW, "error 13"), "a file that has lost only one name is refused");
    int private = (int)syscall(SYS_memfd_create, "x", 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", private);
    EXPECT(leads(path, FA_FOLLOW, " F"), "a file in memory has no name");
    close(gone);
    close(directory);
    close(pipes[0]);
    close(pipes[1]);
    close(private);
}

/* Random paths over a random tree with links that come and go: what realpath(3) finds, both find. */
static void
test_random_trees(void)
{
    static const char *const names[] = {"a", "b", "c", "..", ".", "l", "m", "n"};
    unsigned seed = 12345;
    int real_paths = 0;

    for (int round = 0; round < 2000; round++) {
        char path[512], real[4096], target[64];
        for (int act = 0; act < 4; act++) {
            size_t end = 0;
            int depth = 1 + (int)((seed = seed * 1103515245 + 12345) >> 16 & 3);
            for (int i = 0; i < depth; i++) {
                seed = seed * 1103515245 + 12345;
                end += (size_t)snprintf(path + end, sizeof(path) - end, "%s%s", i > 0 ? "/" : "",
                                        names[seed >> 16 & 7]);
            }
            seed = seed * 1103515245 + 12345;
            snprintf(target, sizeof(target), "%s/%s", names[seed >> 16 & 7], names[seed >> 20 & 7]);
            if (act == 0) {
                (void)!mkdir(path, 0700);
            }
            else if (act == 1) {
                (void)!symlink(target, path);
            }
            else if (act == 2 && round % 3 == 0) {
                (void)!unlink(path); /* what was a link becomes something else */
                (void)!rmdir(path);
            }
        }
        fa_resolved fast;
        (void)resolved(path, -1, FA_NO_FOLLOW);
        (void)resolved(path, -1, FA_FOLLOW);
        if (realpath(path, real) != NULL) {
            real_paths++;
            EXPECT(fa_resolve(text(path), -1, FA_FOLLOW, &fast) == 0 && strcmp(fast.path, real) == 0,
                   "what realpath finds is found");
        }
    }
    EXPECT(real_paths > 200, "the trees have enough in them to say something");
}

int
main(void)
{
    char command[FA_PATH_BYTES + 16];

    make_tree();
    test_names();
    test_missing();
    test_lengths();
    test_descriptors();
    test_random_trees();
    snprintf(command, sizeof(command), "rm -rf '%s'", box);
    return system(command) != 0 || test_result();
}
