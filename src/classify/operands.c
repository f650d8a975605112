/* operands.c: single operands of an event to plain data, read by their base layout. */
#include "classify/operands.h"

#include <stdatomic.h>

/* One piece of memory that an fa_unpacked owns. */
struct fa_chunk {
    struct fa_chunk *next; /* owned */
    _Alignas(max_align_t) char bytes[];
};

/* Whether names are encoded as UTF-8. One answer for the process: every interpreter has the same. */
static atomic_bool names_are_utf8;

int
fa_operands_exec(void)
{
    PyObject *function = PySys_GetObject("getfilesystemencoding"); /* borrowed */
    PyObject *encoding = function == NULL ? NULL : PyObject_CallNoArgs(function);
    if (encoding == NULL || !PyUnicode_Check(encoding)) {
        Py_XDECREF(encoding);
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_RuntimeError, "fastaudit: sys.getfilesystemencoding is not usable");
        }
        return -1;
    }
    atomic_store(&names_are_utf8, PyUnicode_CompareWithASCIIString(encoding, "utf-8") == 0);
    Py_DECREF(encoding);
    return 0;
}

void *
fa_operands_take(fa_unpacked *unpacked, size_t size)
{
    struct fa_chunk *chunk = NULL; /* owned */
    if (size <= PY_SSIZE_T_MAX - sizeof(*chunk)) {
        chunk = PyMem_RawMalloc(sizeof(*chunk) + size);
    }
    if (chunk == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    chunk->next = unpacked->chunks;
    unpacked->chunks = chunk;
    return chunk->bytes;
}

void
fa_unpacked_clear(fa_unpacked *unpacked)
{
    struct fa_chunk *chunk = unpacked->chunks;
    unpacked->chunks = NULL;
    while (chunk != NULL) {
        struct fa_chunk *next = chunk->next;
        PyMem_RawFree(chunk);
        chunk = next;
    }
}

/* The bytes of one code point in a path; 0 for a lone surrogate that stands for no byte. */
static size_t
encode_point(Py_UCS4 point, unsigned char out[4])
{
    if (point < 0x80) {
        out[0] = (unsigned char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (unsigned char)(0xC0 | point >> 6);
        out[1] = (unsigned char)(0x80 | (point & 0x3F));
        return 2;
    }
    if (point >= 0xD800 && point <= 0xDFFF) {
        out[0] = (unsigned char)(point - 0xDC00); /* surrogateescape */
        return point >= 0xDC80 && point <= 0xDCFF;
    }
    if (point < 0x10000) {
        out[0] = (unsigned char)(0xE0 | point >> 12);
        out[1] = (unsigned char)(0x80 | (point >> 6 & 0x3F));
        out[2] = (unsigned char)(0x80 | (point & 0x3F));
        return 3;
    }
    out[0] = (unsigned char)(0xF0 | point >> 18);
    out[1] = (unsigned char)(0x80 | (point >> 12 & 0x3F));
    out[2] = (unsigned char)(0x80 | (point >> 6 & 0x3F));
    out[3] = (unsigned char)(0x80 | (point & 0x3F));
    return 4;
}

/* Encoded here and not by PyUnicode_EncodeFSDefault(), which may allocate objects, so collect garbage,
 * so run Python code on 3.11; and which asks a codec written in Python where names are not UTF-8.
 * There, text beyond ASCII is refused. */
static int
encode_text(fa_unpacked *unpacked, PyObject *object, fa_text *text)
{
    int kind = PyUnicode_KIND(object);
    const void *data = PyUnicode_DATA(object);
    Py_ssize_t length = PyUnicode_GET_LENGTH(object);
    unsigned char bytes[4];
    size_t size = 0;

    if (!atomic_load_explicit(&names_are_utf8, memory_order_relaxed)) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < length; i++) {
        size_t count = encode_point(PyUnicode_READ(kind, data, i), bytes);
        if (count == 0) {
            return 0;
        }
        size += count;
    }
    char *out = fa_operands_take(unpacked, size);
    if (out == NULL) {
        return -1;
    }
    *text = (fa_text){out, size};
    for (Py_ssize_t i = 0; i < length; i++) {
        size_t count = encode_point(PyUnicode_READ(kind, data, i), bytes);
        memcpy(out, bytes, count);
        out += count;
    }
    return 1;
}

int
fa_operands_text(fa_unpacked *unpacked, PyObject *object, fa_text *text)
{
    if (PyBytes_Check(object)) {
        *text = (fa_text){PyBytes_AS_STRING(object), (size_t)PyBytes_GET_SIZE(object)};
        return 1;
    }
    if (!PyUnicode_Check(object) || !fa_compat_str_is_ready(object)) {
        return 0;
    }
    if (PyUnicode_IS_ASCII(object)) {
        *text = (fa_text){(const char *)PyUnicode_DATA(object), (size_t)PyUnicode_GET_LENGTH(object)};
        return 1;
    }
    return encode_text(unpacked, object, text);
}

int
fa_operands_string(fa_unpacked *unpacked, PyObject *object, fa_text *text)
{
    int found = fa_operands_text(unpacked, object, text);
    if (found == 1 && memchr(text->bytes, '\0', text->length) != NULL) {
        return 0;
    }
    return found;
}

int
fa_operands_copy(fa_unpacked *unpacked, fa_text *text)
{
    char *bytes = fa_operands_take(unpacked, text->length);
    if (bytes == NULL) {
        return -1;
    }
    memcpy(bytes, text->bytes, text->length);
    text->bytes = bytes;
    return 1;
}

int
fa_operands_strings(fa_unpacked *unpacked, PyObject *object, const fa_text **texts, uint32_t *count)
{
    bool is_list = PyList_Check(object);
    if (!is_list && !PyTuple_Check(object)) {
        return 0;
    }
    Py_ssize_t length = is_list ? PyList_GET_SIZE(object) : PyTuple_GET_SIZE(object);
    if ((uint64_t)length >= UINT32_MAX / sizeof(fa_text)) {
        return 0;
    }
    fa_text *all = fa_operands_take(unpacked, (size_t)length * sizeof(fa_text));
    if (all == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < length; i++) {
        PyObject *item = is_list ? fa_compat_list_item(object, i) /* owned */
                                 : Py_NewRef(PyTuple_GET_ITEM(object, i));
        if (item == NULL) {
            return 0; /* it became shorter: another thread */
        }
        int found = fa_operands_string(unpacked, item, &all[i]);
        if (found == 1) {
            found = fa_operands_copy(unpacked, &all[i]);
        }
        /* Runs no Python code: the list still holds it, or (no GIL) it is text. */
        Py_DECREF(item);
        if (found != 1) {
            return found;
        }
    }
    *texts = all;
    *count = (uint32_t)length;
    return 1;
}

int
fa_operands_integer(PyObject *object, int64_t *value)
{
    int overflow = 0;
    if (!PyLong_Check(object)) {
        return 0;
    }
    *value = PyLong_AsLongLongAndOverflow(object, &overflow);
    return overflow == 0;
}

PyTypeObject *
fa_operands_socket_type(PyObject *object)
{
    for (PyTypeObject *type = Py_TYPE(object); type != NULL; type = type->tp_base) {
        if (PyType_HasFeature(type, Py_TPFLAGS_IMMUTABLETYPE) && strcmp(type->tp_name, "_socket.socket") == 0) {
            return type;
        }
    }
    return NULL;
}
