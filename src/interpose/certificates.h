/* certificates.h: what OpenSSL reads for ssl, by names of a guest's choice, is asked about. */
#ifndef FA_CERTIFICATES_H
#define FA_CERTIFICATES_H

#include "support/compat.h"

/* Interpose a module `_ssl`. Idempotent. Returns 0, or -1 with an exception set. */
int fa_certificates_install(PyObject *module);

/* The same for one that was made, and not executed yet. */
int fa_certificates_begin(PyObject *module);

#endif
