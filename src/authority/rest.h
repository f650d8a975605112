/* rest.h: what becomes of a box that lies above one that is left. */
#ifndef FA_REST_H
#define FA_REST_H

#include "authority/scope.h"

typedef enum fa_rest {
    FA_REST_STAYS,     /* its opener still runs: it will end it */
    FA_REST_SUSPENDED, /* its opener is suspended: it stays, and somebody should know */
    FA_REST_DROPPED,   /* nobody is left to end it here */
    FA_REST_GONE       /* it was over already, or was only borrowed from another context */
} fa_rest;

/* Of a box on the chain of `context`, which is the current one. */
fa_rest fa_rest_of(const fa_box *box, const void *context);

#endif
