/* ruleset_read.c: the rows that Python's Policy gives to the plain lists that compile.c reads. */
#include "decide/ruleset_read.h"
#include "decide/ruleset_type.h"

#define EVERY_RIGHT ((int)(FA_BIT(FA_RIGHT_NONE) - 1))

/* The bytes of a str (UTF-8, surrogates as the bytes they stand for) or of a bytes object. */
static int
read_text(fa_ruleset_read *read, PyObject *object, fa_text *text)
{
    if (PyUnicode_Check(object)) {
        PyObject *encoded = PyUnicode_AsEncodedString(object, "utf-8", "surrogateescape");
        int kept = encoded == NULL ? -1 : PyList_Append(read->texts, encoded);
        Py_XDECREF(encoded); /* the list holds it */
        if (kept < 0) {
            return -1;
        }
        object = encoded;
    }
    else if (!PyBytes_Check(object)) {
        PyErr_Format(PyExc_TypeError, "a rule's text is a str or bytes, not %.200s",
                     Py_TYPE(object)->tp_name);
        return -1;
    }
    text->bytes = PyBytes_AS_STRING(object);
    text->length = (size_t)PyBytes_GET_SIZE(object);
    if (text->length > 0 && memchr(text->bytes, '\0', text->length) != NULL) {
        PyErr_SetString(PyExc_ValueError, "a rule cannot hold a NUL character");
        return -1;
    }
    return 0;
}

/* A sequence as a tuple of tuples, and zeroed memory for as many elements. */
static int
open_rows(PyObject *sequence, PyObject **rows, size_t element, void **memory, size_t *count)
{
    *rows = PySequence_Tuple(sequence);
    if (*rows == NULL) {
        return -1;
    }
    *count = (size_t)PyTuple_GET_SIZE(*rows);
    for (size_t i = 0; i < *count; i++) {
        if (!PyTuple_Check(PyTuple_GET_ITEM(*rows, (Py_ssize_t)i))) {
            PyErr_SetString(PyExc_TypeError, "a rule is a tuple");
            return -1;
        }
    }
    *memory = PyMem_Calloc(*count == 0 ? 1 : *count, element);
    if (*memory == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static int
check_rights(int rights)
{
    if ((rights & ~EVERY_RIGHT) != 0) {
        PyErr_Format(PyExc_ValueError, "%d is no set of rights", rights);
        return -1;
    }
    return 0;
}

static int
read_paths(fa_ruleset_read *read, PyObject *sequence)
{
    size_t count;
    if (open_rows(sequence, &read->rows[0], sizeof(fa_path_rule), (void **)&read->paths, &count) < 0) {
        return -1;
    }
    read->path_is_home = PyMem_Calloc(count == 0 ? 1 : count, sizeof(bool));
    if (read->path_is_home == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        PyObject *path, *written;
        int kind, allow, deny, quiet;
        fa_path_rule *rule = &read->paths[i];
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(read->rows[0], (Py_ssize_t)i),
                              "SiiiiU:a rule about files", &path, &kind, &allow, &deny, &quiet,
                              &written) ||
            read_text(read, path, &rule->path) < 0 || read_text(read, written, &rule->written) < 0 ||
            check_rights(allow | deny | quiet) < 0) {
            return -1;
        }
        bool anywhere = rule->path.length > 3 && memcmp(rule->path.bytes, "**/", 3) == 0;
        bool absolute = rule->path.length > 0 && rule->path.bytes[0] == '/';
        int plain = kind & ~FA_PATH_ROW_HOME;
        if (plain < FA_PATH_ROOT || plain > FA_PATH_NAMES ||
            !(absolute || (anywhere && plain == FA_PATH_PATTERN))) {
            PyErr_Format(PyExc_ValueError, "a rule about files of kind %d needs an absolute path, not %R",
                         kind, path);
            return -1;
        }
        rule->kind = (uint8_t)plain;
        rule->allow = (fa_rights)allow;
        rule->deny = (fa_rights)deny;
        rule->quiet = (fa_rights)quiet;
        read->path_is_home[i] = (kind & FA_PATH_ROW_HOME) != 0;
    }
    read->spec.paths = read->paths;
    read->spec.path_is_home = read->path_is_home;
    read->spec.path_count = count;
    return 0;
}

int
fa_ruleset_read_address(fa_text text, bool port_optional, fa_address_rule *rule)
{
    char error[FA_ADDRESS_ERROR];
    if (fa_address_rule_read(text, port_optional, rule, error)) {
        return 0;
    }
    PyObject *message = PyUnicode_DecodeUTF8(error, (Py_ssize_t)strlen(error), "replace");
    if (message != NULL) {
        PyErr_SetObject(PyExc_ValueError, message);
        Py_DECREF(message);
    }
    return -1;
}

static int
read_addresses(fa_ruleset_read *read, PyObject *sequence)
{
    size_t count;
    if (open_rows(sequence, &read->rows[1], sizeof(fa_address_entry), (void **)&read->addresses,
                  &count) < 0) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        PyObject *text;
        int rights, deny, quiet;
        fa_address_entry *entry = &read->addresses[i];
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(read->rows[1], (Py_ssize_t)i),
                              "ippU:a rule about addresses", &rights, &deny, &quiet, &text) ||
            read_text(read, text, &entry->written) < 0 || check_rights(rights) < 0) {
            return -1;
        }
        entry->rights = (fa_rights)rights;
        entry->deny = deny != 0;
        entry->quiet = quiet != 0;
        /* A look-up has no port; and what is taken away is taken away at every port. */
        bool optional = deny || quiet || (entry->rights & ~FA_BIT(FA_RESOLVE)) == 0;
        if (fa_ruleset_read_address(entry->written, optional, &entry->rule) < 0) {
            return -1;
        }
    }
    read->spec.addresses = read->addresses;
    read->spec.address_count = count;
    return 0;
}

/* The argument patterns of all rows, counted so that they lie in memory taken once. */
static int
open_args(fa_ruleset_read *read, size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        PyObject *row = PyTuple_GET_ITEM(read->rows[2], (Py_ssize_t)i);
        if (PyTuple_GET_SIZE(row) != 8 || !PyTuple_Check(PyTuple_GET_ITEM(row, 5))) {
            PyErr_SetString(PyExc_TypeError,
                            "a rule about commands has eight items, and the sixth is a tuple");
            return -1;
        }
        total += (size_t)PyTuple_GET_SIZE(PyTuple_GET_ITEM(row, 5));
    }
    read->args = PyMem_Calloc(total == 0 ? 1 : total, sizeof(fa_text));
    if (read->args == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static int
read_commands(fa_ruleset_read *read, PyObject *sequence)
{
    size_t count;
    if (open_rows(sequence, &read->rows[2], sizeof(fa_command_entry), (void **)&read->commands,
                  &count) < 0 ||
        open_args(read, count) < 0) {
        return -1;
    }
    fa_text *next = read->args;
    for (size_t i = 0; i < count; i++) {
        PyObject *name, *place, *target, *args, *written;
        int deny, quiet, open_ended;
        fa_command_entry *entry = &read->commands[i];
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(read->rows[2], (Py_ssize_t)i),
                              "ppUOOO!pU:a rule about commands", &deny, &quiet, &name, &place,
                              &target, &PyTuple_Type, &args, &open_ended, &written) ||
            read_text(read, name, &entry->name) < 0 ||
            (place != Py_None && read_text(read, place, &entry->place) < 0) ||
            (target != Py_None && read_text(read, target, &entry->target) < 0) ||
            read_text(read, written, &entry->written) < 0) {
            return -1;
        }
        if (entry->name.length == 0) {
            PyErr_SetString(PyExc_ValueError, "a rule about commands needs a name");
            return -1;
        }
        entry->args = next;
        entry->arg_count = (uint32_t)PyTuple_GET_SIZE(args);
        for (uint32_t k = 0; k < entry->arg_count; k++) {
            if (read_text(read, PyTuple_GET_ITEM(args, (Py_ssize_t)k), next++) < 0) {
                return -1;
            }
        }
        entry->deny = deny != 0;
        entry->quiet = quiet != 0;
        entry->open_ended = open_ended != 0;
    }
    read->spec.commands = read->commands;
    read->spec.command_count = count;
    return 0;
}

static int
read_names(fa_ruleset_read *read, int which, PyObject *sequence, const fa_name_entry **entries,
           size_t *count)
{
    PyObject **rows = &read->rows[3 + which];
    if (open_rows(sequence, rows, sizeof(fa_name_entry), (void **)&read->names[which], count) < 0) {
        return -1;
    }
    for (size_t i = 0; i < *count; i++) {
        PyObject *pattern;
        int deny;
        fa_name_entry *entry = &read->names[which][i];
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(*rows, (Py_ssize_t)i), "pU:a rule about names",
                              &deny, &pattern) ||
            read_text(read, pattern, &entry->pattern) < 0) {
            return -1;
        }
        if (entry->pattern.length == 0) {
            PyErr_SetString(PyExc_ValueError, "a rule about names cannot be empty");
            return -1;
        }
        entry->deny = deny != 0;
    }
    *entries = read->names[which];
    return 0;
}

static int
read_common(PyObject *object, const fa_ruleset **common)
{
    if (object == Py_None) {
        return 0;
    }
    *common = fa_ruleset_type_borrow(object);
    if (*common == NULL || ((*common)->paths != NULL && (*common)->common == NULL)) {
        return *common == NULL ? -1 : 0;
    }
    PyErr_SetString(PyExc_ValueError, "common rules are those of a Ruleset that has none and is no intersection");
    return -1;
}

int
fa_ruleset_read_arguments(fa_ruleset_read *read, PyObject *args, PyObject *kwargs)
{
    static char *keywords[] = {"name", "allow", "deny", "paths", "addresses", "commands", "imports",
                               "natives", "env", "events", "unknown", "common", NULL};
    PyObject *common, *name, *paths, *addresses, *commands, *imports, *natives, *env, *events;
    int allow, deny, unknown;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "$UiiOOOOOOOpO:Ruleset", keywords, &name, &allow, &deny, &paths,
                                     &addresses, &commands, &imports, &natives, &env, &events, &unknown, &common)) {
        return -1;
    }
    fa_compile_spec *spec = &read->spec;
    /* Reading one runs code that could let go of another. */
    read->given = PyTuple_Pack(9, name, paths, addresses, commands, imports, natives, env, events, common);
    read->texts = PyList_New(0);
    if (read->given == NULL || read->texts == NULL || check_rights(allow | deny) < 0 ||
        read_common(common, &spec->common) < 0 || read_text(read, name, &spec->name) < 0 ||
        read_paths(read, paths) < 0 || read_addresses(read, addresses) < 0 || read_commands(read, commands) < 0 ||
        (imports != Py_None && read_names(read, 0, imports, &spec->imports, &spec->import_count) < 0) ||
        (natives != Py_None && read_names(read, 1, natives, &spec->natives, &spec->native_count) < 0) ||
        read_names(read, 2, env, &spec->env, &spec->env_count) < 0 ||
        read_names(read, 3, events, &spec->events, &spec->event_count) < 0) {
        return -1;
    }
    spec->allow = (fa_rights)allow;
    spec->deny = (fa_rights)deny;
    spec->imports_listed = imports != Py_None;
    spec->unknown = unknown != 0;
    return 0;
}

void
fa_ruleset_read_clear(fa_ruleset_read *read)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(read->rows); i++) {
        Py_CLEAR(read->rows[i]);
    }
    Py_CLEAR(read->texts);
    Py_CLEAR(read->given);
    PyMem_Free(read->paths);
    PyMem_Free(read->path_is_home);
    PyMem_Free(read->addresses);
    PyMem_Free(read->commands);
    PyMem_Free(read->args);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(read->names); i++) {
        PyMem_Free(read->names[i]);
    }
}
