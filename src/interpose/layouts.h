/* layouts.h: whether this interpreter lays its contexts and tokens out as compat.h says. */
#ifndef FA_LAYOUTS_H
#define FA_LAYOUTS_H

/* Enter two contexts, set a variable twice, and compare. Returns 0, or -1 with an exception set: RuntimeError
 * when something lies elsewhere. */
int fa_layouts_check(void);

#endif
