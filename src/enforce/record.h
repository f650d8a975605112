/* record.h: a refusal as it is remembered and raised, made from the event and its verdict. */
#ifndef FA_RECORD_H
#define FA_RECORD_H

#include "support/compat.h"

#include "decide/check.h"
#include "enforce/journal.h"

/* A record of a refused event (owned), held once; NULL with an exception set. `policy` and `origin` say
 * who refuses: its name ("" or NULL for none), and where it was entered (NULL or no file for a policy of
 * the whole process). With `let_go` the event goes on (mode="warn").
 *
 * Everything borrowed is copied before the first Python object is looked at. The caller has set no
 * exception. */
fa_record *fa_record_make(const fa_event *event, fa_verdict verdict, const char *policy,
                          const fa_where *origin, bool let_go);

#endif
