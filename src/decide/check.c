/* check.c: the words for reasons and rights, as users and decision tables write them. */
#include "decide/check.h"

static const char *const reason_words[FA_REASON_COUNT] = {
    [FA_REASON_NONE] = "",
    [FA_REASON_RIGHT_NOT_GRANTED] = "right-not-granted",
    [FA_REASON_OUTSIDE_ROOT] = "outside-root",
    [FA_REASON_DENIED] = "denied",
    [FA_REASON_UNRESOLVABLE] = "unresolvable",
    [FA_REASON_GAINS_RIGHTS] = "gains-rights",
    [FA_REASON_HOLDS_ROOT] = "holds-root",
    [FA_REASON_HOLDS_DENY] = "holds-deny",
    [FA_REASON_LINK_TARGET] = "link-target",
    [FA_REASON_ADDRESS_NOT_GRANTED] = "address-not-granted",
    [FA_REASON_COMMAND_NOT_GRANTED] = "command-not-granted",
    [FA_REASON_STEERING_ENV] = "steering-env",
    [FA_REASON_NAME_NOT_GRANTED] = "name-not-granted",
    [FA_REASON_NOT_OWN_CHILD] = "not-own-child",
    [FA_REASON_UNKNOWN_EVENT] = "unknown-event",
    [FA_REASON_MALFORMED] = "malformed",
    [FA_REASON_UNHELD] = "unheld",
    [FA_REASON_FOREIGN_VALUE] = "foreign-value",
};

static const char *const right_words[FA_RIGHT_COUNT] = {
    [FA_READ] = "read",
    [FA_CREATE] = "create",
    [FA_MODIFY] = "modify",
    [FA_DELETE] = "delete",
    [FA_METADATA] = "metadata",
    [FA_LINK] = "link",
    [FA_CONNECT] = "connect",
    [FA_LISTEN] = "listen",
    [FA_RESOLVE] = "resolve",
    [FA_SOCKET] = "socket",
    [FA_RUN] = "run",
    [FA_FORK] = "fork",
    [FA_EXEC] = "exec",
    [FA_SIGNAL] = "signal",
    [FA_IMPORTS] = "imports",
    [FA_NATIVE] = "native",
    [FA_ENV] = "env",
    [FA_CWD] = "cwd",
    [FA_UMASK] = "umask",
    [FA_LIMITS] = "limits",
    [FA_THREADS] = "threads",
    [FA_INTERPRETERS] = "interpreters",
    [FA_CODE] = "code",
    [FA_INTROSPECT] = "introspect",
    [FA_TRACE] = "trace",
    [FA_HOOK] = "hook",
    [FA_CUSTOM] = "custom",
    [FA_RIGHT_NONE] = "none",
};

const char *
fa_reason_word(fa_reason reason)
{
    return (unsigned)reason < FA_REASON_COUNT ? reason_words[reason] : "";
}

const char *
fa_right_word(fa_right right)
{
    return (unsigned)right < FA_RIGHT_COUNT ? right_words[right] : "";
}
