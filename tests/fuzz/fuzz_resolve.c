/* fuzz_resolve.c: both ways to resolve a name, in a tree of links, and what else reads texts of events. */
#define _GNU_SOURCE
#include "classify/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "classify/event_table.h"
#include "classify/sqlite_uri.h"
#include "feed.h"

static char box[64]; /* a fresh directory, and the current one */
static int folder = -1; /* a descriptor of d in it */

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void
remove_box(void)
{
    if (chdir("/") == 0) {
        nftw(box, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    if (box[0] != '\0') {
        return 0;
    }
    /* In /tmp: a name that resolves to itself. */
    strcpy(box, "/tmp/fa-fuzz-XXXXXX");
    MUST(mkdtemp(box) != NULL && chdir(box) == 0, "a folder can be made");
    atexit(remove_box);
    MUST(mkdir("d", 0700) == 0 && mkdir("d/e", 0700) == 0 && close(creat("d/f", 0600)) == 0 &&
             symlink("d", "l") == 0 && symlink("f", "d/t") == 0 && symlink("gone", "n") == 0 &&
             symlink("o", "o") == 0 && symlink("../d/e/..", "d/r") == 0 && symlink("/", "q") == 0 &&
             symlink("l/e/", "s") == 0 && symlink("/proc/self/cwd", "p") == 0 &&
             symlink("d/f/", "x") == 0 && symlink("gone/../d", "y") == 0 && symlink("l/r/t", "z") == 0,
         "a tree can be made");
    folder = open("d", O_RDONLY | O_DIRECTORY);
    MUST(folder >= 0, "a folder can be opened");
    return 0;
}

static fa_text
feed_name(feed *from)
{
    static const char *const names[] = {
        "d", "e", "f", "l", "t", "n", "o", "r", "q", "s", "p", "x", "y", "z", ".", "..", "", "gone", "dd",
        "proc", "self", "fd", "0", "cwd", "root", "tmp", "dev", "null", "exe", "task",
    };
    if (feed_below(from, 8) == 0) {
        fa_text raw = feed_raw(from, 100);
        for (size_t i = 0; i < raw.length; i++) {
            ((char *)raw.bytes)[i] += raw.bytes[i] == '\0';
        }
        return raw;
    }
    unsigned count = feed_below(from, 12);
    char *bytes = feed_take(from, 6 * (size_t)count + 2);
    size_t length = 0;
    if (feed_bool(from)) {
        bytes[length++] = '/';
    }
    for (unsigned i = 0; i < count; i++) {
        const char *name = names[feed_below(from, sizeof names / sizeof *names)];
        memcpy(bytes + length, name, strlen(name));
        length += strlen(name);
        if (i + 1 < count || feed_bool(from)) {
            bytes[length++] = '/';
        }
    }
    char *exact = feed_take(from, length);
    memcpy(exact, bytes, length);
    return (fa_text){exact, length};
}

static void
check_canonical(const fa_resolved *found)
{
    MUST(found->length < FA_PATH_BYTES && strlen(found->path) == found->length, "the length is the path's");
    if (found->length <= 1) {
        MUST(found->length == 0 || found->path[0] == '/', "one byte is the root");
        return;
    }
    MUST(found->path[0] == '/' && found->path[found->length - 1] != '/', "absolute, and no slash at the end");
    MUST(strstr(found->path, "//") == NULL && strstr(found->path, "/./") == NULL &&
             strstr(found->path, "/../") == NULL, "no empty component, and no dots");
    const char *last = strrchr(found->path, '/') + 1;
    MUST(strcmp(last, ".") != 0 && strcmp(last, "..") != 0, "nor at the end");
}

static void
check_resolve(fa_text path, int dir_fd, fa_follow follow)
{
    fa_resolved fast, slow, again, loose;
    int error = fa_resolve(path, dir_fd, follow, &fast);
    MUST(fa_resolve(path, dir_fd, follow | FA_LOOSELY, &loose) == error, "loosely, errors are the same");
    MUST(error != 0 || (strcmp(fast.path, loose.path) == 0 && (loose.exists || !fast.exists)),
         "and so is the place; what is there is there");
    int other = fa_resolve_portably(path, dir_fd, follow, &slow);
    MUST(error == other, "both ways give the same error");
    if (error != 0) {
        return;
    }
    check_canonical(&fast);
    MUST(strcmp(fast.path, slow.path) == 0 && fast.exists == slow.exists &&
             fast.directory == slow.directory, "both ways give the same place");
    if (fast.length > 0) {
        fa_text text = {fast.path, fast.length};
        MUST(fa_resolve(text, -1, FA_NO_FOLLOW, &again) == 0 && strcmp(fast.path, again.path) == 0 &&
                 fast.exists == again.exists, "what is canonical stays as it is");
    }
    char given[256], real[FA_PATH_BYTES];
    memcpy(given, path.bytes, path.length);
    given[path.length] = '\0';
    if (follow == FA_FOLLOW && dir_fd == -1 && strstr(given, "proc") == NULL &&
        strchr(given, 'p') == NULL && realpath(given, real) != NULL) {
        MUST(fast.exists && strcmp(real, fast.path) == 0, "what exists is where realpath says");
    }
}

static void
check_uri(feed *from)
{
    static const char *const words[] = {"file:", "//", "localhost", "/", "a", "%41", "%00", "%2", "?", "mode=",
                                        "ro", "rw", "rwc", "memory", "&", "#", ":memory:", "mode=ro", "%"};
    char bytes[300] = "file:";
    size_t length = 5;
    for (unsigned count = feed_below(from, 20); count > 0; count--) {
        const char *word = words[feed_below(from, sizeof words / sizeof *words)];
        memcpy(bytes + length, word, strlen(word));
        length += strlen(word);
    }
    fa_text raw = feed_raw(from, 40);
    memcpy(bytes + length, raw.bytes, raw.length);
    length += raw.length;
    char *uri = feed_take(from, length), *path = feed_take(from, length);
    memcpy(uri, bytes, length);
    fa_sqlite_uri found;
    if (fa_sqlite_uri_read((fa_text){uri, length}, path, &found)) {
        MUST(found.length <= length && memchr(path, '\0', found.length) == NULL, "a path without a NUL");
        MUST(!found.read_only || found.no_create, "what only reads creates nothing");
        const char *query = memchr(uri, '?', length);
        MUST(query != NULL || !(found.read_only || found.no_create), "options follow a question mark");
    }
}

static void
check_event(fa_text text)
{
    char name[256];
    memcpy(name, text.bytes, text.length);
    name[text.length] = '\0';
    uint16_t expected = FA_EVENT_UNKNOWN;
    for (uint16_t id = 0; id < FA_EVENT_UNKNOWN; id++) {
        expected = strcmp(fa_event_rows[id].name, name) == 0 ? id : expected;
    }
    MUST(fa_event_lookup(name) == expected, "a name is looked up as a look at each says");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    LLVMFuzzerInitialize(NULL, NULL);
    feed from = {.bytes = data, .left = size};
    int dir_fd = feed_below(&from, 4) == 0 ? folder : -1;
    fa_text path = feed_name(&from);
    check_resolve(path, dir_fd, FA_FOLLOW);
    check_resolve(path, dir_fd, FA_NO_FOLLOW);
    check_uri(&from);
    fa_text word = feed_raw(&from, 40);
    check_event(word);
    const char *known = fa_event_rows[feed_byte(&from) % FA_EVENT_UNKNOWN].name;
    check_event((fa_text){known, strlen(known)});
    feed_end(&from);
    return 0;
}
