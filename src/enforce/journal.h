/* journal.h: a bounded record of refusals in plain C; written without a lock, read from Python. */
#ifndef FA_JOURNAL_H
#define FA_JOURNAL_H

#include <stdatomic.h>

#include "classify/event.h"

#define FA_JOURNAL_KEPT 100 /* violations kept per scope; more are counted as dropped */

/* Where in Python code something happened. Texts are owned by the record. */
typedef struct fa_where {
    char *file;     /* NULL: not known */
    char *function; /* NULL: not known */
    int line;       /* 0: not known */
} fa_where;

/* One refusal, as remembered: plain C, so that it outlives the interpreter it happened in. Texts are
 * owned (malloc), UTF-8 with surrogateescape, NULL when there is none. Shared by several journals. */
typedef struct fa_record {
    atomic_long references;
    uint64_t serial;   /* unique in the process; a raised violation carries the same number */
    char *event, *target, *policy, *rule, *suggestion;
    char *message; /* one line: what was tried, who refused it, where, and what would allow it */
    fa_where location; /* the innermost frame outside the standard library and fastaudit */
    fa_where origin;   /* where the refusing scope was entered */
    uint8_t right;     /* fa_right */
    uint8_t reason;    /* fa_reason */
    bool import_error; /* raised as ImportViolation */
    bool is_path;      /* target is a place in the file system: it is the filename, too */
    bool let_go;       /* mode="warn": recorded, not refused */
} fa_record;

/* A scope's memory: the first refusals, and how many more. */
typedef struct fa_journal {
    _Atomic(fa_record *) kept[FA_JOURNAL_KEPT]; /* owned; filled in order, never changed */
    atomic_ulong seen;  /* refusals offered so far, kept or not */
    atomic_ulong quiet; /* quiet refusals */
} fa_journal;

fa_journal *fa_journal_new(void); /* owned; NULL when out of memory */
void fa_journal_free(fa_journal *journal);
void fa_journal_add(fa_journal *journal, fa_record *record); /* holds the record if it keeps it */

/* A record lives as long as somebody holds it; the last drop frees it. NULL may be dropped. */
fa_record *fa_record_hold(fa_record *record);
void fa_record_drop(fa_record *record);

#endif
