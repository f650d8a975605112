/* delegation.c: whether what a decorated generator yields goes to whoever runs the task. */
#include "scope/delegation.h"

#include <opcode.h>

#include "authority/frames.h"

#define UNIT 2 /* bytes of an instruction: its code and its argument */

/* Whether a frame is where `await` or `yield from` steps something: at SEND, or, when an exception is thrown through it,
 * at the YIELD_VALUE that it is suspended at. 1, 0, or -1 with an exception set. */
static int
delegates(fa_frame *frame)
{
    PyObject *code = PyCode_GetCode(fa_frames_code(frame)); /* owned: bytes without specialisation and instrumentation */
    if (code == NULL) {
        return -1;
    }
    const unsigned char *at = (const unsigned char *)PyBytes_AS_STRING(code);
    int offset = fa_frames_offset(frame);
    bool is = false;
    if (offset >= 0 && offset + 1 < PyBytes_GET_SIZE(code)) {
        while (offset > 0 && at[offset] == CACHE) {
            offset -= UNIT;
        }
        is = at[offset] == SEND || at[offset] == YIELD_VALUE || at[offset] == RESUME;
    }
    Py_DECREF(code);
    return is;
}

int
fa_delegation_is_awaited(void)
{
    const int awaitable = CO_COROUTINE | CO_ITERABLE_COROUTINE | CO_ASYNC_GENERATOR;
    fa_frame *frame = fa_frames_innermost();
    int goes_on = 1;
    while (goes_on > 0 && frame != NULL && fa_frames_generator(frame) != NULL) {
        if ((fa_frames_code(frame)->co_flags & awaitable) != 0) {
            return 1;
        }
        frame = fa_frames_outer(frame);
        goes_on = frame == NULL ? 0 : delegates(frame);
    }
    return goes_on < 0 ? -1 : 0;
}
