/* unpack_commands.c: the programs that are run: arguments, files, environment. */
#include "classify/unpack_families.h"

#include <errno.h>

/* A file that the exec call tries, in one of its two readings, with its path in memory of its own. */
static int
resolve_file(fa_unpacked *unpacked, fa_text path, fa_follow follow, fa_place *place)
{
    fa_resolved *resolved = &unpacked->resolved[0]; /* commands have no other use for it */

    *place = (fa_place){.asks = FA_BIT(FA_RUN)};
    place->error = fa_resolve(path, -1, follow, resolved);
    if (place->error != 0) {
        return 1;
    }
    place->exists = resolved->exists;
    place->directory = resolved->directory;
    place->descriptor = resolved->length == 0; /* memory or a deleted file, through /proc */
    place->path = (fa_text){resolved->path, resolved->length};
    return fa_operands_copy(unpacked, &place->path);
}

/* The files of a command: relative ones count from `folder` (empty: the process's directory). */
static int
resolve_files(fa_unpacked *unpacked, const fa_text *paths, uint32_t count, fa_text folder)
{
    fa_command *command = &unpacked->event.as.command;
    fa_place *places = fa_operands_take(unpacked, 2 * (size_t)count * sizeof(fa_place));

    if (places == NULL) {
        return -1;
    }
    for (uint32_t i = 0; i < count; i++) {
        fa_text path = paths[i];
        if (folder.length > 0 && (path.length == 0 || path.bytes[0] != '/')) {
            char *joined = fa_operands_take(unpacked, folder.length + 1 + path.length);
            if (joined == NULL) {
                return -1;
            }
            memcpy(joined, folder.bytes, folder.length);
            joined[folder.length] = '/';
            memcpy(joined + folder.length + 1, path.bytes, path.length);
            path = (fa_text){joined, folder.length + 1 + path.length};
        }
        if (resolve_file(unpacked, path, FA_NO_FOLLOW, &places[i]) < 0 ||
            resolve_file(unpacked, path, FA_FOLLOW, &places[count + i]) < 0) {
            return -1;
        }
    }
    command->files = places;
    command->targets = places + count;
    command->file_count = count;
    return 1;
}

static int
read_argv(fa_unpacked *unpacked, PyObject *object)
{
    fa_command *command = &unpacked->event.as.command;
    return fa_operands_strings(unpacked, object, &command->argv, &command->argc);
}

/* NAME=VALUE of one item of a dict. */
static int
join_variable(fa_unpacked *unpacked, PyObject *key, PyObject *value, fa_text *joined)
{
    fa_text name, text;

    int found = fa_operands_string(unpacked, key, &name);
    if (found == 1) {
        found = fa_operands_string(unpacked, value, &text);
    }
    if (found != 1) {
        return found;
    }
    char *bytes = fa_operands_take(unpacked, name.length + 1 + text.length);
    if (bytes == NULL) {
        return -1;
    }
    memcpy(bytes, name.bytes, name.length);
    bytes[name.length] = '=';
    memcpy(bytes + name.length + 1, text.bytes, text.length);
    *joined = (fa_text){bytes, name.length + 1 + text.length};
    return 1;
}

/* The environment of the child from a dict: other mappings would have to be asked, and may answer
 * differently each time. fastaudit's own interposition makes dicts of them. */
static int
read_env_dict(fa_unpacked *unpacked, PyObject *dict)
{
    fa_command *command = &unpacked->event.as.command;
    PyObject *key, *value; /* borrowed */
    Py_ssize_t at = 0;
    uint32_t count = 0;
    int found = 1;

    Py_BEGIN_CRITICAL_SECTION(dict);
    size_t size = (size_t)PyDict_GET_SIZE(dict);
    fa_text *env = fa_operands_take(unpacked, size * sizeof(fa_text));
    if (env == NULL) {
        found = -1;
    }
    while (found == 1 && count < size && PyDict_Next(dict, &at, &key, &value)) {
        found = join_variable(unpacked, key, value, &env[count++]);
    }
    command->env = env;
    Py_END_CRITICAL_SECTION();
    command->env_count = count;
    return found;
}

/* None: the child inherits the environment of the process. */
static int
read_env(fa_unpacked *unpacked, PyObject *env)
{
    fa_command *command = &unpacked->event.as.command;

    if (env == Py_None) {
        return 1;
    }
    if (PyDict_CheckExact(env)) {
        return read_env_dict(unpacked, env);
    }
    return fa_operands_strings(unpacked, env, &command->env, &command->env_count);
}

/* (path, argv, env) from `first` on. The file is the one that is named: exec does not search. */
static int
read_exec(fa_unpacked *unpacked, PyObject *args, Py_ssize_t first)
{
    fa_command *command = &unpacked->event.as.command;
    fa_text path;
    int64_t number;

    if (PyTuple_GET_SIZE(args) != first + 3) {
        return 0;
    }
    PyObject *file = PyTuple_GET_ITEM(args, first); /* borrowed */
    int found = read_argv(unpacked, PyTuple_GET_ITEM(args, first + 1));
    if (found == 1) {
        found = read_env(unpacked, PyTuple_GET_ITEM(args, first + 2));
    }
    if (found != 1) {
        return found;
    }
    if (PyLong_Check(file)) { /* an open file: which one is known to whoever opened it */
        if (!fa_operands_integer(file, &number)) {
            return 0;
        }
        fa_place *places = fa_operands_take(unpacked, 2 * sizeof(fa_place));
        if (places == NULL) {
            return -1;
        }
        places[0] = places[1] = (fa_place){.asks = FA_BIT(FA_RUN), .descriptor = true, .exists = true};
        command->files = places;
        command->targets = places + 1;
        command->file_count = 1;
        return 1;
    }
    found = fa_operands_string(unpacked, file, &path);
    if (found != 1) {
        return found;
    }
    if (unpacked->event.id == FA_EVENT_OS_POSIX_SPAWN &&
        (path.length == 0 || memchr(path.bytes, '/', path.length) == NULL)) {
        return 1; /* posix_spawnp would search: fastaudit's own event shows where */
    }
    return resolve_files(unpacked, &path, 1, (fa_text){NULL, 0});
}

/* (files to try, argv, environment), and from fastaudit the folder that the child changes to. CPython's
 * own event has no folder: relative files are left to ours, which comes first. */
static int
read_fork_exec(fa_unpacked *unpacked, PyObject *args)
{
    const fa_text *paths = NULL;
    uint32_t count = 0;
    fa_text folder = {NULL, 0};
    Py_ssize_t size = PyTuple_GET_SIZE(args);

    if (size != 3 && size != 4) {
        return 0;
    }
    int found = fa_operands_strings(unpacked, PyTuple_GET_ITEM(args, 0), &paths, &count);
    if (found == 1) {
        found = read_argv(unpacked, PyTuple_GET_ITEM(args, 1));
    }
    if (found == 1) {
        found = read_env(unpacked, PyTuple_GET_ITEM(args, 2));
    }
    if (found == 1 && size == 4 && PyTuple_GET_ITEM(args, 3) != Py_None) {
        found = fa_operands_string(unpacked, PyTuple_GET_ITEM(args, 3), &folder);
    }
    if (found != 1) {
        return found;
    }
    for (uint32_t i = 0; size == 3 && i < count; i++) {
        if (paths[i].length == 0 || paths[i].bytes[0] != '/') {
            return 1;
        }
    }
    return resolve_files(unpacked, paths, count, folder);
}

/* os.system: the C library runs the shell by its fixed name. */
static int
read_system(fa_unpacked *unpacked, PyObject *args)
{
    fa_command *command = &unpacked->event.as.command;
    fa_text *argv = fa_operands_take(unpacked, 3 * sizeof(fa_text));

    if (argv == NULL) {
        return -1;
    }
    if (PyTuple_GET_SIZE(args) != 1) {
        return 0;
    }
    argv[0] = FA_TEXT("sh");
    argv[1] = FA_TEXT("-c");
    command->argv = argv;
    command->argc = 3;
    command->shell = true;
    return fa_operands_string(unpacked, PyTuple_GET_ITEM(args, 0), &argv[2]);
}

/* Events that only announce, in terms of the caller: an early check by the arguments, where these are
 * plain. Path objects among them are converted later, and what they give is judged then. */
static int
read_announcement(fa_unpacked *unpacked, PyObject *args, Py_ssize_t size, Py_ssize_t at)
{
    fa_command *command = &unpacked->event.as.command;
    int found = 0;

    if (PyTuple_GET_SIZE(args) != size) {
        return 0;
    }
    PyObject *argv = PyTuple_GET_ITEM(args, at); /* borrowed */
    if (PyUnicode_Check(argv) || PyBytes_Check(argv)) { /* pty.spawn: one word */
        fa_text *words = fa_operands_take(unpacked, sizeof(fa_text));
        if (words == NULL) {
            return -1;
        }
        command->argv = words;
        command->argc = 1;
        found = fa_operands_string(unpacked, argv, words);
    }
    else {
        found = read_argv(unpacked, argv);
    }
    return found == 0 ? fa_unpack_narrow(unpacked) : found;
}

int
fa_unpack_commands_read(fa_unpacked *unpacked, fa_unpacker unpacker, PyObject *args)
{
    unpacked->event.as.command = (fa_command){0};
    unpacked->event.shape = FA_SHAPE_COMMAND;
    if (unpacker == FA_UNPACK_POPEN) { /* (executable, args, cwd, env) */
        return read_announcement(unpacked, args, 4, 1);
    }
    if (unpacker == FA_UNPACK_ARGUMENTS) { /* (argv) */
        return read_announcement(unpacked, args, 1, 0);
    }
    if (unpacker == FA_UNPACK_FORK_EXEC) {
        return read_fork_exec(unpacked, args);
    }
    if (unpacker == FA_UNPACK_SYSTEM) {
        return read_system(unpacked, args);
    }
    return read_exec(unpacked, args, unpacker == FA_UNPACK_SPAWN ? 1 : 0);
}
