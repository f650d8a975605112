/* guarded_act.h: judges the names of an act on files and does it to those very names. */
#ifndef FA_GUARDED_ACT_H
#define FA_GUARDED_ACT_H

#include "authority/authority.h"
#include "interpose/errand.h"

/* One call of a function of os. Objects are borrowed. */
typedef struct fa_os_call {
    fa_errand errand;
    uint16_t id;         /* of its event */
    bool by_number;      /* on an open file, `number`; else on one name or two */
    bool follows;        /* a link at the end of the name */
    int number;
    int dir_fd[2];       /* -1: the process's directory */
    PyObject *operands;  /* what its event shows: a tuple, of nothing that could change */
    PyObject *shown[2];  /* what its OSError shows: the names, or a number; NULL: nothing */
} fa_os_call;

/* Whether acts of that event are to be done by fa_guarded_act(): if not, all are allowed, or none. */
bool fa_guarded_act_judges(const fa_authority *authority, uint16_t id);

/* Raise the event for other hooks, judge the act as it is by then, and do it. While it is judged and done no other
 * act of this process changes what its names mean, and no thread changes what its number leads to. Returns 1, 0 when it
 * is the built-in's to do or to complain of, or -1 with an exception set: a violation, or an OSError. */
int fa_guarded_act(const fa_os_call *act);

#endif
