/* file_signals.h: an open file that is to send signals, to any process, is asked about. */
#ifndef FA_FILE_SIGNALS_H
#define FA_FILE_SIGNALS_H

#include "support/compat.h"

/* Interpose fcntl.fcntl and fcntl.ioctl, of that module. Idempotent. Returns 0, or -1 with an exception set. */
int fa_file_signals_install(PyObject *module);

#endif
