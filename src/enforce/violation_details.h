/* violation_details.h: what a violation carries: one tuple, in this order, and its form as JSON. */
#ifndef FA_VIOLATION_DETAILS_H
#define FA_VIOLATION_DETAILS_H

#include "support/compat.h"

#include "enforce/journal.h"

/* Every item is a str or None, but for the two places, which are a Location or None; event, right,
 * reason and message are never None. */
enum {
    FA_DETAIL_EVENT, FA_DETAIL_RIGHT, FA_DETAIL_TARGET, FA_DETAIL_POLICY, FA_DETAIL_RULE,
    FA_DETAIL_REASON, FA_DETAIL_LOCATION, FA_DETAIL_ORIGIN, FA_DETAIL_SUGGESTION, FA_DETAIL_MESSAGE,
    FA_DETAIL_FILENAME,
    FA_DETAIL_COUNT
};

/* The details of a record (new reference); NULL with an exception set. */
PyObject *fa_violation_details_of(const fa_record *record, PyTypeObject *location_type);

/* Details from arguments that may be anything: 1 when they are what the list above says, else 0 with
 * TypeError set. */
int fa_violation_details_check(PyObject *details, PyTypeObject *location_type);

/* {"event": …, …} as a str in ASCII (new reference); NULL with an exception set. */
PyObject *fa_violation_details_json(PyObject *details);

#endif
