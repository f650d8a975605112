/* replay.c: runs a harness over files without a fuzzer: what the seeds found before stays found. */
#include <dirent.h>
#include <sys/stat.h>

#include "feed.h"

static unsigned runs;

static void
run_file(const char *name)
{
    FILE *file = fopen(name, "rb");
    MUST(file != NULL, name);
    size_t room = 1 << 20;
    uint8_t *bytes = malloc(room);
    MUST(bytes != NULL, "there is memory");
    size_t size = fread(bytes, 1, room, file);
    fclose(file);
    bytes = realloc(bytes, size + 1); /* exact: one byte too many is seen */
    LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    runs++;
}

static void
run_folder(const char *name)
{
    DIR *folder = opendir(name);
    MUST(folder != NULL, name);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", name, entry->d_name);
        if (entry->d_name[0] != '.') {
            run_file(path);
        }
    }
    closedir(folder);
}

/* Bytes of chance, but the same ones each time. */
static void
run_chance(unsigned rounds)
{
    uint64_t state = 0x9e3779b97f4a7c15u;
    for (unsigned i = 0; i < rounds; i++) {
        uint8_t bytes[256];
        for (size_t at = 0; at < sizeof bytes; at++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            bytes[at] = (uint8_t)(state >> 56);
        }
        uint8_t *copy = malloc(i % sizeof bytes + 1);
        MUST(copy != NULL, "there is memory");
        memcpy(copy, bytes, i % sizeof bytes);
        LLVMFuzzerTestOneInput(copy, i % sizeof bytes);
        free(copy);
        runs++;
    }
}

int
main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct stat status;
        MUST(stat(argv[i], &status) == 0, argv[i]);
        if (S_ISDIR(status.st_mode)) {
            run_folder(argv[i]);
        }
        else {
            run_file(argv[i]);
        }
    }
    run_chance(2000);
    printf("%u inputs\n", runs);
    return 0;
}
