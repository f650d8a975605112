/* loading.h: tells when an extension module that has to be interposed comes into being. */
#ifndef FA_LOADING_H
#define FA_LOADING_H

#include "support/compat.h"

/* Interpose the modules that are loaded already, and from now on each as it is loaded, in this
 * interpreter, whoever loads it and whether or not a scope is alive. Returns 0, or -1 with an exception
 * set. */
int fa_loading_install(void);

#endif
