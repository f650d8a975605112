/* act_arguments.h: the arguments of the functions of os that act on files, each converted once. */
#ifndef FA_ACT_ARGUMENTS_H
#define FA_ACT_ARGUMENTS_H

#include "interpose/guarded_act.h"

enum { FA_ARGUMENTS_MOST = 6 };

/* What an argument is, as the built-in reads it. */
typedef enum fa_argument {
    FA_ARGUMENT_NONE,
    FA_ARGUMENT_PATH,      /* str, bytes or a path object */
    FA_ARGUMENT_FILE,      /* the same, or the number of an open file */
    FA_ARGUMENT_NUMBER,    /* of an open file */
    FA_ARGUMENT_DIR_FD,
    FA_ARGUMENT_MODE,
    FA_ARGUMENT_DEVICE,
    FA_ARGUMENT_FOLLOW,
    FA_ARGUMENT_TRUTH,     /* looked at and not used */
    FA_ARGUMENT_OWNER,
    FA_ARGUMENT_GROUP,
    FA_ARGUMENT_TIMES,
    FA_ARGUMENT_NS,
    FA_ARGUMENT_LENGTH,
    FA_ARGUMENT_ATTRIBUTE,
    FA_ARGUMENT_VALUE,
    FA_ARGUMENT_FLAGS
} fa_argument;

/* A function of os. */
typedef struct fa_act_function {
    fa_deed deed;
    uint16_t id;        /* of its event */
    uint8_t positional; /* how many may be given without a name */
    uint8_t required;
    const char *names[FA_ARGUMENTS_MOST];
    uint8_t kinds[FA_ARGUMENTS_MOST]; /* fa_argument */
} fa_act_function;

/* The arguments of one call, in the order of a vectorcall: what was converted stands in the place of what was given. */
typedef struct fa_act_arguments {
    PyObject *plain[FA_ARGUMENTS_MOST];     /* borrowed, from the caller or from what follows */
    PyObject *owned[2 * FA_ARGUMENTS_MOST]; /* what was converted, and bytes that the errand points into */
    int owned_count;
    fa_os_call act;
} fa_act_arguments;

/* Read a call, of no more than FA_ARGUMENTS_MOST arguments. Returns 1; 0 when the built-in has to say what is wrong
 * with it, or does it like any other; -1 with an exception set. Clear it in each case. */
int fa_act_arguments_read(const fa_act_function *function, PyObject *const *args, Py_ssize_t count, PyObject *names,
                          fa_act_arguments *arguments);
void fa_act_arguments_clear(fa_act_arguments *arguments);

#endif
