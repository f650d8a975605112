/* directories.h: acts on names beneath a directory's descriptor, or the process's directory. */
#ifndef FA_DIRECTORIES_H
#define FA_DIRECTORIES_H

#include "support/state.h"

/* Interpose the functions of os that change what a name stands for or list a folder. Idempotent. Returns 0, or -1 with an
 * exception set. */
int fa_directories_install(fa_interpreter *here);

#endif
