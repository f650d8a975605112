/* sessions.h: leaving the process group or the session that the host is in is asked about. */
#ifndef FA_SESSIONS_H
#define FA_SESSIONS_H

#include "support/compat.h"

/* Interpose os.setpgid, os.setpgrp, os.setsid and os.login_tty. Idempotent. Returns 0, or -1 with an exception set. */
int fa_sessions_install(void);

#endif
