/* listing.h: the entries of a folder that was asked for by a name which counts from a directory. */
#ifndef FA_LISTING_H
#define FA_LISTING_H

#include "support/state.h"

/* Make the type, before fa_listing_new(). Returns 0, or -1 with an exception set. */
int fa_listing_setup(fa_interpreter *here);

/* What os.scandir() gives, over `entries` of an absolute name, which is taken over: the entries' paths begin
 * with `given` (str or bytes), as they would without us. NULL with an exception set. */
PyObject *fa_listing_new(fa_interpreter *here, PyObject *entries, PyObject *given);

#endif
