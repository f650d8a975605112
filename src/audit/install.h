/* install.h: adds the hook once per process and proves that it runs. */
#ifndef FA_INSTALL_H
#define FA_INSTALL_H

#include "support/state.h"

/* Everything a sandbox stands on: the hook proven to run, and every built-in interposed that this
 * interpreter needs. Cheap when it is all there. Returns 0, or -1 with HookNotInstalledError set. */
int fa_install_ready(void);

/* While the hook is being proven, events may be the probe. */
bool fa_install_is_probing(void);

/* Whether an event is the probe; then it is taken note of. */
bool fa_install_probe(const char *name);

/* What else has to be in place, told once by module.c: returns 0, or -1 with an exception set. */
typedef int (*fa_install_step)(fa_interpreter *here);
void fa_install_expect(const fa_install_step *steps);

#endif
