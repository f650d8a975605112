/* with_statement.c: which `with` statement an instruction belongs to. */
#include "scope/with_statement.h"

#include <opcode.h>

#define COMMON_NONE 7 /* the argument of LOAD_COMMON_CONSTANT that means None (3.15.2) */
#define UNIT 2      /* bytes of an instruction: its code and its argument */
#define HANDLERS 64 /* nested handlers followed outwards; deeper nesting is answered with no */

/* The arguments of the call that leaves normally: three times None. From 3.14 on the bound object is
 * one more argument. Delete the first when 3.14 is the oldest supported. */
#ifdef BEFORE_WITH
#define EXIT_CALL_ARGS 2
#else
#define EXIT_CALL_ARGS 3
#endif

/* The original instructions: without specialisation and instrumentation. */
typedef struct bytecode {
    PyObject *owner; /* owned: bytes */
    const unsigned char *at;
    int size;
} bytecode;

static int
read_code(PyCodeObject *code, bytecode *b)
{
    b->owner = PyCode_GetCode(code);
    if (b->owner == NULL) {
        return -1;
    }
    b->at = (const unsigned char *)PyBytes_AS_STRING(b->owner);
    b->size = (int)PyBytes_GET_SIZE(b->owner);
    return 0;
}

/* The instruction that the caches at `offset` belong to. */
static int
skip_caches(const bytecode *b, int offset)
{
    while (offset > 0 && b->at[offset] == CACHE) {
        offset -= UNIT;
    }
    return offset;
}

static bool
is_plumbing_of_call(unsigned char opcode)
{
#ifdef PRECALL
    if (opcode == PRECALL) {
        return true;
    }
#endif
    return opcode == CACHE;
}

/* Whether the instruction may load None: from 3.15 on it is a constant of its own. */
static bool
loads_none(const bytecode *b, int at)
{
#ifdef LOAD_COMMON_CONSTANT
    if (b->at[at] == LOAD_COMMON_CONSTANT && b->at[at + 1] == COMMON_NONE) {
        return true;
    }
#endif
    return b->at[at] == LOAD_CONST;
}

/* None loaded three times before the call at `offset`. */
static bool
is_called_with_none(const bytecode *b, int offset)
{
    int at = offset - UNIT;
    while (at > 0 && is_plumbing_of_call(b->at[at])) {
        at -= UNIT;
    }
    for (int seen = 0; seen < 3; seen++) {
        if (at < 0 || !loads_none(b, at)) {
            return false;
        }
        do {
            at -= UNIT; /* None may be beyond the first 256 constants */
        } while (at > 0 && b->at[at] == EXTENDED_ARG);
    }
    return true;
}

/* Suspended in the await of an asynchronous exit: back to GET_AWAITABLE, whose argument 2 says __aexit__. */
static bool
is_awaiting_exit(const bytecode *b, int offset)
{
    int at = offset;
    while (at > 0
           && (b->at[at] == RESUME || b->at[at] == YIELD_VALUE || b->at[at] == SEND
               || b->at[at] == PUSH_NULL /* 3.15 */ || loads_none(b, at) || b->at[at] == EXTENDED_ARG
               || b->at[at] == CACHE)) {
        at -= UNIT;
    }
    return b->at[at] == GET_AWAITABLE && b->at[at + 1] == 2;
}

int
fa_with_is_exit(PyCodeObject *code, int offset)
{
    bytecode b;
    if (read_code(code, &b) < 0) {
        return -1;
    }
    bool answer = false;
    if (offset >= 0 && offset + 1 < b.size) {
        int at = skip_caches(&b, offset);
        answer = b.at[at] == WITH_EXCEPT_START
            || (b.at[at] == CALL && b.at[at + 1] == EXIT_CALL_ARGS && is_called_with_none(&b, at))
            || is_awaiting_exit(&b, at);
    }
    Py_DECREF(b.owner);
    return answer;
}

/* One number of an exception table: six bits a byte, the highest first, bit 6 says more. */
static int
read_varint(const unsigned char *table, Py_ssize_t size, Py_ssize_t *at)
{
    int value = 0;
    while (*at < size) {
        unsigned char byte = table[(*at)++];
        value = (value << 6) | (byte & 63);
        if ((byte & 64) == 0) {
            break;
        }
    }
    return value;
}

/* Where an exception at `offset` goes: the innermost handler's offset, or -1. */
static int
handler_of(PyCodeObject *code, int offset)
{
    const unsigned char *table = (const unsigned char *)PyBytes_AS_STRING(code->co_exceptiontable);
    Py_ssize_t size = PyBytes_GET_SIZE(code->co_exceptiontable);
    Py_ssize_t at = 0;
    while (at < size) {
        int start = read_varint(table, size, &at) * UNIT;
        int length = read_varint(table, size, &at) * UNIT;
        int target = read_varint(table, size, &at) * UNIT;
        (void)read_varint(table, size, &at); /* depth, lasti */
        if (offset >= start && offset < start + length) {
            return target;
        }
    }
    return -1;
}

typedef struct position {
    int line, column, end_line, end_column;
} position;

static bool
same_position(PyCodeObject *code, int a, int b)
{
    position p = {0}, q = {0};
    return PyCode_Addr2Location(code, a, &p.line, &p.column, &p.end_line, &p.end_column)
        && PyCode_Addr2Location(code, b, &q.line, &q.column, &q.end_line, &q.end_column)
        && p.line == q.line && p.column == q.column && p.end_line == q.end_line
        && p.end_column == q.end_column;
}

int
fa_with_encloses(PyCodeObject *code, int exit_offset, int inner_offset)
{
    bytecode b;
    if (read_code(code, &b) < 0) {
        return -1;
    }
    bool answer = false;
    int exit_at = exit_offset >= 0 && exit_offset < b.size ? skip_caches(&b, exit_offset) : -1;
    int inside = inner_offset;
    /* The table names only the innermost handler of an instruction: follow handler to handler outwards. */
    for (int i = 0; i < HANDLERS && !answer && exit_at >= 0; i++) {
        int target = handler_of(code, inside);
        if (target < 0 || target + 3 >= b.size) {
            break;
        }
        if (b.at[target] == PUSH_EXC_INFO && b.at[target + UNIT] == WITH_EXCEPT_START) {
            int start = target + UNIT;
            /* Leaving by an exception is that very instruction; leaving normally is a call that has the
             * position of the same statement. */
            answer = b.at[exit_at] == WITH_EXCEPT_START ? exit_at == start
                                                        : same_position(code, exit_at, start);
        }
        inside = target;
    }
    Py_DECREF(b.owner);
    return answer;
}
