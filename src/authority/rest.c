/* rest.c: what becomes of a box that lies above one that is left. */
#include "authority/rest.h"

#include "authority/frames.h"

fa_rest
fa_rest_of(const fa_box *box, const void *context)
{
    if (fa_scope_is_over(box, context)) {
        return FA_REST_GONE;
    }
    if (!fa_scope_is_at_home(box, context)) {
        return FA_REST_GONE; /* adopted by ContextVar.set(): goes with what lies beneath it */
    }
    switch ((fa_opening)box->opening) {
    case FA_OPENED_BY_START:
        return FA_REST_DROPPED;
    case FA_OPENED_BY_STEPS:
    case FA_OPENED_BY_TRUST:
    case FA_OPENED_BY_INSTALL:
        return FA_REST_STAYS; /* whoever steps the body takes it off */
    case FA_OPENED_BY_STACK:
    case FA_OPENED_BY_WITH:
        break;
    }
    fa_rest rest = FA_REST_STAYS;
    /* The opener may be a generator that another thread runs to its end at this moment. */
    Py_BEGIN_CRITICAL_SECTION((PyObject *)box);
    PyFrameObject *anchor = box->opening == FA_OPENED_BY_STACK ? box->anchor : NULL; /* borrowed */
    PyObject *generator = box->generator;                                            /* borrowed */
    if ((anchor != NULL && fa_frames_has_returned(anchor)) || !box->token_alive || box->failed) {
        rest = FA_REST_DROPPED;
    }
    else if (generator != NULL && fa_frames_is_suspended(generator)) {
        rest = FA_REST_SUSPENDED;
    }
    Py_END_CRITICAL_SECTION();
    return rest;
}
