/* reserve.h: memory put by while entering, so that leaving does not fail for the lack of it. */
#ifndef FA_RESERVE_H
#define FA_RESERVE_H

#include "support/state.h"

/* Have the reserve full. Returns 0, or -1 with MemoryError set. */
int fa_reserve_fill(fa_interpreter *here);

/* After a failure: whether it was for the lack of memory and there is more now. Then the exception is cleared,
 * and what failed is worth trying once more. */
bool fa_reserve_open(fa_interpreter *here);

/* Give it back, with the interpreter. */
void fa_reserve_free(fa_interpreter *here);

/* Make the first context of a thread that has none yet. Returns 0, or -1 with an exception set. */
int fa_reserve_context(void);

/* Make sure that the object which PyContextVar_Set() makes first will find memory: without it, and without
 * memory for the variable's new place, CPython crashes (3.11 to 3.13). Returns 0, or -1 with an exception set. */
int fa_reserve_token(void);

#endif
