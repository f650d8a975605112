/* open_how.h: what opening a file asks for, by the flags of open(2). */
#ifndef FA_OPEN_HOW_H
#define FA_OPEN_HOW_H

#include "classify/event.h"
#include "classify/resolve.h"

/* How a file is opened, whoever opens it. */
typedef struct fa_open_how {
    bool reads;
    bool writes;
    bool creates;   /* makes the file when it is missing */
    bool exclusive; /* … and fails when it is there */
    bool follows;   /* a symbolic link as the last name */
    bool nameless;  /* O_TMPFILE: a file without a name in the directory that is given */
    bool names;     /* asks for names only: a directory, or nothing but the place (O_PATH) */
} fa_open_how;

fa_open_how fa_open_how_read(int64_t flags);

/* How its name is to be resolved. */
fa_follow fa_open_how_follows(const fa_open_how *how);

/* Fill in what `event`, whose first place has been resolved into `resolved`, asks there. */
void fa_open_how_ask(const fa_open_how *how, fa_resolved *resolved, fa_event *event);

#endif
