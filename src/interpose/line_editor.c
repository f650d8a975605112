/* line_editor.c: the files of readline, by names of a guest's choice, are asked about. */
#include "interpose/line_editor.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "authority/authority.h"
#include "interpose/convert.h"
#include "interpose/interpose.h"
#include "interpose/places.h"

/* ---- names ---- */

static const char *
borrow_home(void)
{
    const char *home = getenv("HOME");
    const struct passwd *entry = home == NULL ? getpwuid(getuid()) : NULL;
    return home != NULL ? home : entry != NULL ? entry->pw_dir : "/";
}

/* The file that readline takes where it is given none (new reference). */
static PyObject *
usual_file(bool is_init)
{
    const char *set = is_init ? getenv("INPUTRC") : NULL;
    if (set != NULL && *set != '\0') {
        return PyUnicode_DecodeFSDefault(set);
    }
    PyObject *own = PyBytes_FromFormat("%s/%s", borrow_home(), is_init ? ".inputrc" : ".history"); /* owned */
    PyObject *file = NULL;
    if (own != NULL) {
        bool theirs = is_init && access(PyBytes_AS_STRING(own), F_OK) != 0;
        file = PyUnicode_DecodeFSDefault(theirs ? "/etc/inputrc" : PyBytes_AS_STRING(own));
    }
    Py_XDECREF(own);
    return file;
}

/* `path` (a str or bytes; the reference is taken over) with a home in the place of "~", which readline itself would put in for init
 * files, behind a blank as well: what it would make of that nobody judged. */
static PyObject *
expand(PyObject *path)
{
    PyObject *bytes = NULL; /* owned */

    if (!PyUnicode_FSConverter(path, &bytes)) {
        Py_DECREF(path);
        return NULL;
    }
    const char *text = PyBytes_AS_STRING(bytes);
    if (strstr(text, " ~") != NULL || strstr(text, "\t~") != NULL) {
        PyErr_SetString(PyExc_ValueError, "inside a sandbox, the name of an init file has no '~' behind a blank");
        Py_CLEAR(path);
    }
    else if (text[0] == '~' && (text[1] == '/' || text[1] == '\0')) {
        Py_SETREF(path, PyBytes_FromFormat("%s%s", borrow_home(), text + 1));
    }
    Py_DECREF(bytes);
    return path;
}

/* Ask about the file that is given (NULL or None: the usual one). Returns its name as readline is to get it (new reference): absolute;
 * NULL with an exception set. */
static PyObject *
ask_about(PyObject *given, const char *mode, bool is_init)
{
    bool usual = given == NULL || given == Py_None;
    PyObject *path = usual ? usual_file(is_init) : PyOS_FSPath(given); /* owned: the one conversion */

    if (path != NULL && is_init) {
        path = expand(path);
    }
    if (path != NULL) {
        Py_SETREF(path, fa_places_fix(path, -1));
    }
    if (path != NULL && is_init) {
        path = expand(path); /* the folder it counts from */
    }
    if (path != NULL && PySys_Audit("open", "Osi", path, mode, 0) < 0) {
        Py_CLEAR(path);
    }
    return path;
}

/* ---- functions ---- */

typedef struct file_function {
    const char *mode;
    Py_ssize_t at; /* where the file stands among the arguments */
    bool is_init;
} file_function;

static PyObject *
with_file(const fa_patch *patch, const file_function *function, PyObject *self, PyObject *const *args, Py_ssize_t count,
          PyObject *names)
{
    const fa_authority *authority; /* borrowed */
    PyObject *given = count > function->at ? args[function->at] : NULL;

    int held = fa_authority_get(&authority);
    if (held < 0) {
        return NULL;
    }
    bool fits = names == NULL && (count == function->at || count == function->at + 1) &&
                (given == NULL || given == Py_None || fa_convert_is_path(given));
    if (held == 0 || !fits) {
        return fa_interpose_call(patch, self, args, count, names); /* of what does not fit it complains */
    }
    PyObject *file = ask_about(given, function->mode, function->is_init); /* owned */
    if (file == NULL) {
        return NULL;
    }
    PyObject *plain[2] = {function->at == 1 ? args[0] : file, file};
    PyObject *result = fa_interpose_call(patch, self, plain, function->at + 1, NULL);
    Py_DECREF(file);
    return result;
}

#define WITH_FILE(NAME, MODE, AT, IS_INIT)                                                         \
    static PyObject *NAME(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);                  \
    FA_INTERPOSED(NAME, NAME);                                                                     \
    static PyObject *NAME(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) \
    {                                                                                              \
        static const file_function function = {MODE, AT, IS_INIT};                                 \
        return with_file(&NAME##_patch, &function, self, args, count, names);                      \
    }

WITH_FILE(read_history_file, "r", 0, false)
WITH_FILE(write_history_file, "w", 0, false)
WITH_FILE(append_history_file, "a", 1, false)
WITH_FILE(read_init_file, "r", 0, true)

static const char *
skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

/* The file that a line of an init file includes (borrowed, up to *length), or NULL: it includes none. */
static const char *
included_file(const char *line, size_t *length)
{
    static const char word[] = "include";
    line = skip_blanks(line);
    if (*line != '$') {
        return NULL;
    }
    line = skip_blanks(line + 1);
    size_t size = strcspn(line, " \t");
    if (size != strlen(word) || PyOS_mystrnicmp(line, word, (Py_ssize_t)size) != 0) {
        return NULL;
    }
    line = skip_blanks(line + size);
    *length = strcspn(line, "\n");
    return line;
}

/* The same line with the absolute name of a file that it includes, once that is allowed (new reference); NULL with an exception
 * set. */
static PyObject *
judge_line(PyObject *line)
{
    size_t length;
    PyObject *bytes = PyUnicode_EncodeLocale(line, "surrogateescape"); /* owned: as readline gets it */
    const char *file = bytes == NULL ? NULL : included_file(PyBytes_AS_STRING(bytes), &length);
    PyObject *result = bytes == NULL ? NULL : file == NULL ? PyUnicode_FromObject(line) : NULL;

    if (file != NULL) {
        PyObject *given = PyBytes_FromStringAndSize(file, (Py_ssize_t)length); /* owned */
        PyObject *fixed = given == NULL ? NULL : ask_about(given, "r", true);  /* owned: bytes too */
        PyObject *whole = fixed == NULL ? NULL : PyBytes_FromFormat("$include %s", PyBytes_AsString(fixed)); /* owned */
        result = whole == NULL ? NULL : PyUnicode_DecodeLocale(PyBytes_AS_STRING(whole), "surrogateescape");
        Py_XDECREF(whole);
        Py_XDECREF(fixed);
        Py_XDECREF(given);
    }
    Py_XDECREF(bytes);
    return result;
}

/* readline.parse_and_bind(line, /) */
static PyObject *parse_and_bind(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(parse_and_bind, parse_and_bind);

static PyObject *
parse_and_bind(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    const fa_authority *authority; /* borrowed */

    int held = fa_authority_get(&authority);
    if (held < 0) {
        return NULL;
    }
    if (held == 0 || count != 1 || names != NULL || !PyUnicode_Check(args[0])) {
        return fa_interpose_call(&parse_and_bind_patch, self, args, count, names);
    }
    PyObject *line = judge_line(args[0]); /* owned */
    PyObject *result = line == NULL ? NULL : fa_interpose_call(&parse_and_bind_patch, self, &line, 1, NULL);
    Py_XDECREF(line);
    return result;
}

int
fa_line_editor_install(PyObject *module)
{
    static const struct {
        fa_patch *patch;
        const char *name;
    } all[] = {
        {&read_history_file_patch, "read_history_file"}, {&write_history_file_patch, "write_history_file"},
        {&append_history_file_patch, "append_history_file"}, {&read_init_file_patch, "read_init_file"},
        {&parse_and_bind_patch, "parse_and_bind"},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(all); i++) {
        PyObject *function = PyObject_GetAttrString(module, all[i].name); /* owned */
        if (function == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
            PyErr_Clear(); /* not every library of the kind has it */
            continue;
        }
        int status = function == NULL ? -1 : fa_interpose_function(all[i].patch, function);
        Py_XDECREF(function);
        if (status < 0) {
            return -1;
        }
    }
    return 0;
}
