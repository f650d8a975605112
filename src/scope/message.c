/* message.c: values reduced to plain built-in types. */
#include "scope/message.h"

#define DEEPEST 100 /* containers inside one another: also what ends one that holds itself */
/* Values in all, a container counting as many: lists that hold one list twice, and so on, would grow to any number. */
#define MOST 10000000
#define CONTAINER 10

/* Where in a message the copying is: what a TypeError names. */
typedef struct place {
    const struct place *around;
    PyObject *key;    /* borrowed and plain; NULL: `index` */
    Py_ssize_t index;
    int depth;
    Py_ssize_t *left; /* how many more values may be copied: one number for all */
} place;

static PyObject *reduce(PyObject *value, const place *at);

static PyObject *
refuse(const place *at, const char *what, const char *type)
{
    PyObject *path = PyUnicode_FromString(""); /* owned */
    for (; path != NULL && at != NULL && at->depth > 0; at = at->around) {
        PyObject *step = at->key != NULL ? PyUnicode_FromFormat("[%R]%U", at->key, path)
                                         : PyUnicode_FromFormat("[%zd]%U", at->index, path);
        Py_SETREF(path, step);
    }
    if (path != NULL && at != NULL && at->key != NULL) {
        PyErr_Format(PyExc_TypeError, "argument %R%U %s%.200s", at->key, path, what, type);
    }
    else if (path != NULL) {
        PyErr_Format(PyExc_TypeError, "argument %zd%U %s%.200s", at == NULL ? 0 : at->index + 1, path, what, type);
    }
    Py_XDECREF(path);
    return NULL;
}

/* `items` (stolen; NULL is passed on) is a tuple of ours: make it plain, in a new one. */
static PyObject *
reduce_items(PyObject *items, const place *at)
{
    Py_ssize_t count = items == NULL ? 0 : PyTuple_GET_SIZE(items);
    PyObject *copy = items == NULL ? NULL : PyTuple_New(count);
    for (Py_ssize_t i = 0; copy != NULL && i < count; i++) {
        place inner = {at, NULL, i, at->depth + 1, at->left};
        PyObject *value = reduce(PyTuple_GET_ITEM(items, i), &inner);
        if (value == NULL) {
            Py_CLEAR(copy);
            break;
        }
        PyTuple_SET_ITEM(copy, i, value);
    }
    Py_XDECREF(items);
    return copy;
}

/* The rest of a list: of a copy that is ours. */
static PyObject *
reduce_list(PyObject *list, const place *at)
{
    PyObject *copy = PyList_GetSlice(list, 0, PY_SSIZE_T_MAX); /* owned */
    for (Py_ssize_t i = 0; copy != NULL && i < PyList_GET_SIZE(copy); i++) {
        if (!fa_message_is_plain(PyList_GET_ITEM(copy, i))) {
            place inner = {at, NULL, i, at->depth + 1, at->left};
            PyObject *item = Py_NewRef(PyList_GET_ITEM(copy, i)); /* owned: a finaliser might find the list */
            PyObject *value = reduce(item, &inner);
            if (value == NULL || PyList_SetItem(copy, i, value) < 0) {
                Py_CLEAR(copy);
            }
            Py_DECREF(item);
        }
    }
    return copy;
}

static PyObject *
reduce_tuple(PyObject *tuple, const place *at)
{
    bool plain = PyTuple_CheckExact(tuple) && at->depth >= 0;
    for (Py_ssize_t i = 0; plain && i < PyTuple_GET_SIZE(tuple); i++) {
        plain = fa_message_is_plain(PyTuple_GET_ITEM(tuple, i));
    }
    /* One of nothing but such values is as good as its copy. */
    return plain ? Py_NewRef(tuple) : reduce_items(PyTuple_GetSlice(tuple, 0, PyTuple_GET_SIZE(tuple)), at);
}

/* A dict that has only plain texts for keys, as messages do: no key of it is ever compared. */
static bool
has_plain_keys(PyObject *dict)
{
    PyObject *key;
    Py_ssize_t position = 0;
    bool plain = PyDict_CheckExact(dict) && !FA_OBJECTS_MAY_CHANGE;
    while (plain && PyDict_Next(dict, &position, &key, NULL)) {
        plain = PyUnicode_CheckExact(key);
    }
    return plain;
}

static PyObject *
reduce_values(PyObject *dict, const place *at)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    PyObject *copy = PyDict_Copy(dict); /* owned */
    while (copy != NULL && PyDict_Next(copy, &position, &key, &value)) {
        if (!fa_message_is_plain(value)) {
            place inner = {at, key, 0, at->depth + 1, at->left};
            Py_INCREF(key); /* a finaliser might find the dict */
            Py_INCREF(value);
            PyObject *plain = reduce(value, &inner); /* owned */
            if (plain == NULL || PyDict_SetItem(copy, key, plain) < 0) {
                Py_CLEAR(copy);
            }
            Py_XDECREF(plain);
            Py_DECREF(value);
            Py_DECREF(key);
        }
    }
    return copy;
}

static PyObject *
reduce_dict(PyObject *dict, const place *at)
{
    if (has_plain_keys(dict)) {
        return reduce_values(dict, at);
    }
    /* Items first, in a list of our own: another thread, or a finaliser, may change the dict meanwhile. */
    PyObject *items = PyDict_Items(dict); /* owned */
    PyObject *copy = items == NULL ? NULL : PyDict_New();
    for (Py_ssize_t i = 0; copy != NULL && i < PyList_GET_SIZE(items); i++) {
        PyObject *item = PyList_GET_ITEM(items, i); /* borrowed */
        place of_key = {at, NULL, i, at->depth + 1, at->left};
        PyObject *key = reduce(PyTuple_GET_ITEM(item, 0), &of_key); /* owned */
        place of_value = {at, key, 0, at->depth + 1, at->left};
        PyObject *value = key == NULL ? NULL : reduce(PyTuple_GET_ITEM(item, 1), &of_value); /* owned */
        if (value == NULL || PyDict_SetItem(copy, key, value) < 0) {
            Py_CLEAR(copy);
        }
        Py_XDECREF(key);
        Py_XDECREF(value);
    }
    Py_XDECREF(items);
    return copy;
}

static PyObject *
reduce(PyObject *value, const place *at)
{
    if (fa_message_is_plain(value)) {
        return Py_NewRef(value);
    }
    if (PyUnicode_Check(value)) {
        return PyUnicode_FromObject(value); /* of a subclass: a copy by its base layout */
    }
    if (PyBytes_Check(value)) {
        return PyBytes_FromStringAndSize(PyBytes_AS_STRING(value), PyBytes_GET_SIZE(value));
    }
    if (PyLong_Check(value)) {
        return PyLong_Type.tp_as_number->nb_int(value);
    }
    if (PyFloat_Check(value)) {
        return PyFloat_FromDouble(PyFloat_AS_DOUBLE(value));
    }
    if (at->depth >= DEEPEST) {
        PyErr_SetString(PyExc_TypeError, "messages do not hold so many containers inside one another");
        return NULL;
    }
    Py_ssize_t items = PyDict_Check(value) ? PyDict_GET_SIZE(value) : PyList_Check(value) ? PyList_GET_SIZE(value)
                     : PyTuple_Check(value) ? PyTuple_GET_SIZE(value) : 0;
    if (items >= *at->left - CONTAINER) {
        PyErr_SetString(PyExc_TypeError, "messages do not hold so many values, each counted as often as it occurs");
        return NULL;
    }
    *at->left -= items + CONTAINER;
    if (PyDict_Check(value)) {
        return reduce_dict(value, at);
    }
    if (PyList_Check(value)) {
        return reduce_list(value, at);
    }
    if (PyTuple_Check(value)) {
        return reduce_tuple(value, at);
    }
    return refuse(at, "is not made of plain built-in types: ", Py_TYPE(value)->tp_name);
}

PyObject *
fa_message_reduce_one(PyObject *value)
{
    Py_ssize_t left = MOST;
    const place first = {.left = &left};
    return reduce(value, &first);
}

int
fa_message_reduce(PyObject *args, PyObject *kwargs, PyObject **plain_args, PyObject **plain_kwargs)
{
    Py_ssize_t left = MOST;
    const place nowhere = {.depth = -1, .left = &left};
    *plain_args = reduce_tuple(args, &nowhere);
    *plain_kwargs = *plain_args == NULL || kwargs == NULL ? NULL : reduce_dict(kwargs, &nowhere);
    if (*plain_args == NULL || (kwargs != NULL && *plain_kwargs == NULL)) {
        Py_CLEAR(*plain_args);
        return -1;
    }
    return 0;
}
