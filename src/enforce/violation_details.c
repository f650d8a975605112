/* violation_details.c: what a violation carries: one tuple, and its form as JSON. */
#include "enforce/violation_details.h"

#include <stdio.h>

#include "decide/check.h"
#include "enforce/location_type.h"
#include "support/buffer.h"

PyObject *
fa_violation_details_of(const fa_record *record, PyTypeObject *location_type)
{
    const char *texts[FA_DETAIL_COUNT] = {
        [FA_DETAIL_EVENT] = record->event,
        [FA_DETAIL_RIGHT] = fa_right_word((fa_right)record->right),
        [FA_DETAIL_TARGET] = record->target,
        [FA_DETAIL_POLICY] = record->policy,
        [FA_DETAIL_RULE] = record->rule,
        [FA_DETAIL_REASON] = fa_reason_word((fa_reason)record->reason),
        [FA_DETAIL_SUGGESTION] = record->suggestion,
        [FA_DETAIL_MESSAGE] = record->message,
        [FA_DETAIL_FILENAME] = record->is_path ? record->target : NULL,
    };
    PyObject *details = PyTuple_New(FA_DETAIL_COUNT); /* owned */
    for (Py_ssize_t i = 0; details != NULL && i < FA_DETAIL_COUNT; i++) {
        PyObject *item = i == FA_DETAIL_LOCATION ? fa_location_type_make(location_type, &record->location)
                         : i == FA_DETAIL_ORIGIN ? fa_location_type_make(location_type, &record->origin)
                                                 : fa_location_type_text(texts[i]);
        if (item == NULL) {
            Py_CLEAR(details);
        }
        else {
            PyTuple_SET_ITEM(details, i, item);
        }
    }
    return details;
}

int
fa_violation_details_check(PyObject *details, PyTypeObject *location_type)
{
    bool right = PyTuple_CheckExact(details) && PyTuple_GET_SIZE(details) == FA_DETAIL_COUNT;
    for (Py_ssize_t i = 0; right && i < FA_DETAIL_COUNT; i++) {
        PyObject *item = PyTuple_GET_ITEM(details, i); /* borrowed */
        bool place = i == FA_DETAIL_LOCATION || i == FA_DETAIL_ORIGIN;
        bool needed = i == FA_DETAIL_EVENT || i == FA_DETAIL_RIGHT || i == FA_DETAIL_REASON
                      || i == FA_DETAIL_MESSAGE;
        right = (item == Py_None && !needed)
                || (place ? Py_IS_TYPE(item, location_type) : PyUnicode_CheckExact(item));
    }
    if (!right) {
        PyErr_SetString(PyExc_TypeError, "these are no details of a violation");
    }
    return right;
}

static void
add_unit(fa_buffer *out, unsigned unit)
{
    char escape[8];
    snprintf(escape, sizeof escape, "\\u%04x", unit & 0xFFFF);
    fa_buffer_add_word(out, escape);
}

/* A str as a JSON string in ASCII; what is beyond it as UTF-16 units, as json.dumps writes them. */
static void
add_string(fa_buffer *out, PyObject *text)
{
    int kind = (int)PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    fa_buffer_add_byte(out, '"');
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(text); i++) {
        Py_UCS4 c = PyUnicode_READ(kind, data, i);
        if (c == '"' || c == '\\') {
            fa_buffer_add_byte(out, '\\');
            fa_buffer_add_byte(out, (char)c);
        }
        else if (c >= 0x20 && c < 0x7F) {
            fa_buffer_add_byte(out, (char)c);
        }
        else if (c >= 0x10000) {
            add_unit(out, 0xD800 + ((c - 0x10000) >> 10));
            add_unit(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
        }
        else {
            add_unit(out, c);
        }
    }
    fa_buffer_add_byte(out, '"');
}

static int
add_value(fa_buffer *out, PyObject *value)
{
    if (PyUnicode_Check(value)) {
        add_string(out, value);
    }
    else if (PyTuple_Check(value) && PyTuple_GET_SIZE(value) == 3) { /* a Location: file, line, function */
        int overflow;
        long long line = PyLong_AsLongLongAndOverflow(PyTuple_GET_ITEM(value, 1), &overflow);
        if (line == -1 && PyErr_Occurred()) {
            return -1;
        }
        fa_buffer_add(out, FA_TEXT("{\"file\": "));
        add_value(out, PyTuple_GET_ITEM(value, 0));
        fa_buffer_add(out, FA_TEXT(", \"line\": "));
        fa_buffer_add_number(out, line);
        fa_buffer_add(out, FA_TEXT(", \"function\": "));
        add_value(out, PyTuple_GET_ITEM(value, 2));
        fa_buffer_add_byte(out, '}');
    }
    else {
        fa_buffer_add(out, FA_TEXT("null"));
    }
    return 0;
}

PyObject *
fa_violation_details_json(PyObject *details)
{
    static const char *const names[] = {
        [FA_DETAIL_EVENT] = "event",           [FA_DETAIL_RIGHT] = "right",
        [FA_DETAIL_TARGET] = "target",         [FA_DETAIL_POLICY] = "policy",
        [FA_DETAIL_RULE] = "rule",             [FA_DETAIL_REASON] = "reason",
        [FA_DETAIL_LOCATION] = "location",     [FA_DETAIL_ORIGIN] = "origin",
        [FA_DETAIL_SUGGESTION] = "suggestion", [FA_DETAIL_MESSAGE] = "message",
    };
    fa_buffer out = {0};
    PyObject *json = NULL; /* owned */
    for (Py_ssize_t i = 0; i < FA_DETAIL_FILENAME; i++) {
        fa_buffer_add_word(&out, i == 0 ? "{\"" : ", \"");
        fa_buffer_add_word(&out, names[i]);
        fa_buffer_add(&out, FA_TEXT("\": "));
        if (add_value(&out, PyTuple_GET_ITEM(details, i)) < 0) {
            goto done;
        }
    }
    fa_buffer_add_byte(&out, '}');
    json = out.failed ? PyErr_NoMemory()
                      : PyUnicode_FromStringAndSize(out.bytes, (Py_ssize_t)out.length);

done:
    fa_buffer_clear(&out);
    return json;
}
