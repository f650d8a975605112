/* unpack_type.c: the operands of an event as a dict, for the tests. */
#include "classify/operands.h"

static const char *const shape_words[] = {
    [FA_SHAPE_NONE] = "none",       [FA_SHAPE_FILES] = "files", [FA_SHAPE_ADDRESS] = "address",
    [FA_SHAPE_COMMAND] = "command", [FA_SHAPE_NAME] = "name",   [FA_SHAPE_SIGNAL] = "signal",
    [FA_SHAPE_BROKEN] = "broken",
};

static const char *const act_words[] = {
    [FA_ACT_PLAIN] = "plain",     [FA_ACT_RENAME] = "rename", [FA_ACT_LINK] = "link",
    [FA_ACT_SYMLINK] = "symlink", [FA_ACT_REMOVE] = "remove",
};

static const char *const family_words[] = {
    [FA_FAMILY_INET] = "inet", [FA_FAMILY_UNIX] = "unix",   [FA_FAMILY_ABSTRACT] = "abstract",
    [FA_FAMILY_NONE] = "none", [FA_FAMILY_OTHER] = "other",
};

/* y# of a text; NULL bytes would be None. */
#define BYTES(text) ((text).bytes == NULL ? "" : (text).bytes), (Py_ssize_t)(text).length
#define BOOL(value) ((value) ? Py_True : Py_False)

static PyObject *
show_place(const fa_place *place)
{
    return Py_BuildValue("{s:y#,s:k,s:i,s:O,s:O,s:O,s:O}", "path", BYTES(place->path), "asks",
                         (unsigned long)place->asks, "error", place->error, "descriptor",
                         BOOL(place->descriptor), "exists", BOOL(place->exists), "directory",
                         BOOL(place->directory), "listing", BOOL(place->listing));
}

static PyObject *
show_places(const fa_place *places, size_t count)
{
    PyObject *list = PyList_New((Py_ssize_t)count); /* owned */
    for (size_t i = 0; list != NULL && i < count; i++) {
        PyObject *place = show_place(&places[i]);
        if (place == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(list, (Py_ssize_t)i, place);
    }
    return list;
}

static PyObject *
show_texts(const fa_text *texts, size_t count)
{
    if (texts == NULL) {
        return Py_NewRef(Py_None);
    }
    PyObject *list = PyList_New((Py_ssize_t)count); /* owned */
    for (size_t i = 0; list != NULL && i < count; i++) {
        PyObject *text = PyBytes_FromStringAndSize(texts[i].bytes, (Py_ssize_t)texts[i].length);
        if (text == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(list, (Py_ssize_t)i, text);
    }
    return list;
}

static PyObject *
show_operands(const fa_event *event)
{
    switch ((fa_shape)event->shape) {
    case FA_SHAPE_FILES:
        return Py_BuildValue("{s:s,s:N}", "act", act_words[event->as.files.act], "places",
                             show_places(event->as.files.place, event->as.files.count));
    case FA_SHAPE_ADDRESS: {
        const fa_address *address = &event->as.address;
        return Py_BuildValue("{s:s,s:y#,s:y#,s:y#,s:i,s:i,s:O,s:O}", "family",
                             family_words[address->family], "host", BYTES(address->host), "path",
                             BYTES(address->path), "ip", (const char *)address->ip, (Py_ssize_t)16,
                             "port", (int)address->port, "error", (int)address->error, "stream",
                             BOOL(address->stream), "any", BOOL(address->any));
    }
    case FA_SHAPE_COMMAND: {
        const fa_command *command = &event->as.command;
        return Py_BuildValue("{s:N,s:N,s:N,s:N,s:O}", "argv", show_texts(command->argv, command->argc),
                             "files", show_places(command->files, command->file_count), "targets",
                             show_places(command->targets, command->file_count), "env",
                             show_texts(command->env, command->env_count), "shell", BOOL(command->shell));
    }
    case FA_SHAPE_NAME:
        return Py_BuildValue("{s:y#,s:N,s:y#}", "name", BYTES(event->as.name.name), "file",
                             show_place(&event->as.name.file), "value", BYTES(event->as.name.value));
    case FA_SHAPE_SIGNAL:
        return Py_BuildValue("{s:L,s:i,s:O,s:O}", "pid", (long long)event->as.signal.pid, "number",
                             (int)event->as.signal.number, "own_child", BOOL(event->as.signal.own_child),
                             "self", BOOL(event->as.signal.self));
    case FA_SHAPE_NONE:
    case FA_SHAPE_BROKEN:
        break;
    }
    return PyDict_New();
}

PyDoc_STRVAR(unpack_doc, "unpack(event, args, /)\n--\n\n"
                         "What the core reads from the arguments of an audit event. For tests.");

static PyObject *
core_unpack(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    const char *name;
    PyObject *args;
    fa_unpacked unpacked;
    PyObject *shown = NULL; /* owned */

    if (!PyArg_ParseTuple(arguments, "sO!:unpack", &name, &PyTuple_Type, &args)) {
        return NULL;
    }
    uint16_t id = fa_event_lookup(name);
    if (fa_unpack(&unpacked, id, true, name, args) == 0) {
        fa_event *event = &unpacked.event;
        shown = Py_BuildValue("{s:O,s:i,s:s,s:N}", "known", BOOL(id != FA_EVENT_UNKNOWN), "right",
                              (int)event->right, "shape", shape_words[event->shape], "operands",
                              show_operands(event));
    }
    fa_unpacked_clear(&unpacked);
    return shown;
}

static PyMethodDef methods[] = {
    {"unpack", core_unpack, METH_VARARGS, unpack_doc},
    {NULL, NULL, 0, NULL},
};

int
fa_unpack_exec(PyObject *module)
{
    if (fa_operands_exec() < 0) {
        return -1;
    }
    return PyModule_AddFunctions(module, methods);
}
