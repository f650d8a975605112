/* line_editor.h: the files of readline, by names of a guest's choice, are asked about. */
#ifndef FA_LINE_EDITOR_H
#define FA_LINE_EDITOR_H

#include "support/compat.h"

/* Interpose a module `readline`. Idempotent. Returns 0, or -1 with an exception set. */
int fa_line_editor_install(PyObject *module);

#endif
