/* ruleset_read.h: the rows that Python's Policy gives to the plain lists that compile.c reads. */
#ifndef FA_RULESET_READ_H
#define FA_RULESET_READ_H

#include "support/compat.h"

#include "decide/compile.h"

/* A spec and what keeps it alive. Start from zero; clear it in every case. */
typedef struct fa_ruleset_read {
    fa_compile_spec spec; /* borrows from all that follows */
    PyObject *rows[7];    /* owned: the sequences, as tuples */
    PyObject *texts;      /* owned: list of encoded copies of str */
    PyObject *given;      /* owned: tuple of the arguments that are objects */
    fa_path_rule *paths;  /* owned, as are all below */
    bool *path_is_home;
    fa_address_entry *addresses;
    fa_command_entry *commands;
    fa_text *args; /* those of all commands, one behind the other */
    fa_name_entry *names[4];
} fa_ruleset_read;

/* Added to the kind of a path row: Python's own code lies there, so native modules may be loaded from
 * there, as from folders of sources. */
#define FA_PATH_ROW_HOME 4

/* Read the keyword arguments of Ruleset. Returns 0, or -1 with an exception set: TypeError, or
 * ValueError for texts that mean nothing. */
int fa_ruleset_read_arguments(fa_ruleset_read *read, PyObject *args, PyObject *kwargs);

void fa_ruleset_read_clear(fa_ruleset_read *read);

/* Read an address. Returns 0, or -1 with a ValueError that says what would be right. */
int fa_ruleset_read_address(fa_text text, bool port_optional, fa_address_rule *rule);

#endif
