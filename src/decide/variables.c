/* variables.c: one kind of check: environment variables, and which of them steer programs. */
#include "decide/variables.h"

#include "support/glob.h"

#ifdef __APPLE__
#include <crt_externs.h>
#define PROCESS_ENVIRONMENT (*_NSGetEnviron())
#else
extern char **environ;
#define PROCESS_ENVIRONMENT environ
#endif

/* What steers how programs load, start, find or trust, and by whom it is read. */
static const char *const steering[] = {
    /* the dynamic loader, the C library */
    "LD_*", "DYLD_*", "GCONV_PATH", "LOCPATH", "NLSPATH", "GLIBC_TUNABLES", "MALLOC_*", "TZDIR",
    "HOSTALIASES", "LOCALDOMAIN", "RES_OPTIONS", "RESOLV_*", "GETCONF_DIR",
    /* what everybody asks for programs, files and settings */
    "PATH", "HOME", "TMPDIR", "TMP", "TEMP", "XDG_*", "TERMINFO*", "TERMPATH",
    "PATHEXT", "COMSPEC", "SYSTEMROOT", "WINDIR", "USERPROFILE", "APPDATA", "LOCALAPPDATA",
    /* shells */
    "SHELL", "BASH_ENV", "BASH_FUNC_*", "BASHOPTS", "SHELLOPTS", "ENV", "IFS", "CDPATH", "FPATH",
    "PS4", "PROMPT_COMMAND", "ZDOTDIR",
    /* interpreters */
    "PYTHON*", "PERL5*", "PERLLIB", "RUBYOPT", "RUBYLIB", "GEM_*", "NODE_*", "NPM_CONFIG_*",
    "npm_config_*", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH",
    "LUA_*", "TCLLIBPATH", "GUILE_*", "PHPRC", "PHP_INI_SCAN_DIR", "R_*",
    /* whom connections trust, and where they go */
    "*_PROXY", "*_proxy", "SSL_CERT_*", "*_CA_BUNDLE", "SSLKEYLOGFILE", "OPENSSL_*",
    "KRB5_*", "NODE_EXTRA_CA_CERTS",
    /* programs that start others by name */
    "GIT_*", "SSH_*", "EDITOR", "VISUAL", "PAGER", "MANPAGER", "BROWSER", "LESSOPEN", "LESSCLOSE",
    "SUDO_*", "GPG_*", "GNUPGHOME", "MAKEFLAGS", "MAKEFILES", "RUSTC_WRAPPER", "GOFLAGS", "HGRCPATH",
    "GTK_MODULES", "GTK_PATH", "QT_PLUGIN_PATH", "GST_PLUGIN_*", "VK_*_LAYER*", "VK_LAYER_PATH",
    /* installers */
    "PIP_CONFIG_FILE", "PIP_*INDEX_URL", "PIP_FIND_LINKS", "PIP_TRUSTED_HOST", "PIP_CERT",
    "PIP_TARGET", "PIP_PYTHON", "UV_*", "CARGO_*",
};

typedef struct variables {
    fa_check check; /* first: a judge casts back */
    bool everything;
    bool nothing;
    size_t count;
    const fa_name_entry *entries; /* borrowed from the arena */
} variables;

bool
fa_variables_is_steering(fa_text name)
{
    for (size_t i = 0; i < sizeof steering / sizeof steering[0]; i++) {
        if (fa_glob_match((fa_text){steering[i], strlen(steering[i])}, name, '\0')) {
            return true;
        }
    }
    return false;
}

/* The entry that mentions the name: the first that denies, else the first that grants, or NULL. */
static const fa_name_entry *
find(const variables *self, fa_text name)
{
    const fa_name_entry *granting = NULL;
    for (size_t i = 0; i < self->count; i++) {
        const fa_name_entry *entry = &self->entries[i];
        if (fa_glob_match(entry->pattern, name, '\0')) {
            if (entry->deny) {
                return entry;
            }
            granting = granting == NULL ? entry : granting;
        }
    }
    return granting;
}

/* Whether the process's own environment, as C programs and children see it, has the assignment. */
static bool
is_in_force(fa_text name, fa_text value)
{
    char **each = PROCESS_ENVIRONMENT;
    for (; each != NULL && *each != NULL; each++) {
        if (strncmp(*each, name.bytes, name.length) == 0 && (*each)[name.length] == '=') {
            const char *current = *each + name.length + 1;
            return fa_text_equal(value, (fa_text){current, strlen(current)}); /* the first counts */
        }
    }
    return false;
}

static fa_verdict
judge(const fa_check *check, const fa_event *event)
{
    const variables *self = (const variables *)check;
    if (event->right == FA_RIGHT_NONE) {
        return FA_VERDICT_ALLOW(event);
    }
    if (event->shape != FA_SHAPE_NAME) {
        return (fa_verdict){FA_REFUSE, FA_REASON_MALFORMED, FA_ENV, 0, NULL};
    }
    fa_text name = event->as.name.name;
    const fa_name_entry *entry = find(self, name);
    if (entry != NULL && entry->deny) {
        return (fa_verdict){FA_REFUSE, FA_REASON_DENIED, FA_ENV, 0, entry->pattern.bytes};
    }
    if (entry != NULL || self->everything || !fa_variables_is_steering(name) ||
        (event->id == FA_EVENT_OS_PUTENV && is_in_force(name, event->as.name.value))) {
        return FA_VERDICT_ALLOW(event);
    }
    return (fa_verdict){FA_REFUSE, FA_REASON_NAME_NOT_GRANTED, FA_ENV, 0, NULL};
}

/* Split "NAME=VALUE". False for what sets nothing. */
static bool
split(fa_text assignment, fa_text *name, fa_text *value)
{
    const char *equals =
        assignment.length > 0 ? memchr(assignment.bytes, '=', assignment.length) : NULL;
    if (equals == NULL) {
        return false;
    }
    *name = (fa_text){assignment.bytes, (size_t)(equals - assignment.bytes)};
    *value = (fa_text){equals + 1, assignment.length - name->length - 1};
    return true;
}

bool
fa_variables_steers(fa_text assignment)
{
    fa_text name, value;
    return split(assignment, &name, &value) && fa_variables_is_steering(name) &&
           !is_in_force(name, value);
}

bool
fa_variables_pass(const fa_check *check, fa_text assignment)
{
    const variables *self = (const variables *)check;
    fa_text name, value;
    if (!split(assignment, &name, &value)) {
        return true;
    }
    const fa_name_entry *entry = find(self, name);
    bool free_name = entry != NULL ? !entry->deny
                                   : self->everything || !fa_variables_is_steering(name);
    return (free_name && !self->nothing) || is_in_force(name, value);
}

const fa_check *
fa_variables_new(fa_arena *arena, const fa_name_entry *entries, size_t count, bool everything,
                 bool nothing)
{
    variables *self = fa_arena_take(arena, sizeof *self);
    const fa_name_entry *copies = fa_name_entry_copy(arena, entries, count);
    if (self == NULL || copies == NULL) {
        return NULL;
    }
    *self = (variables){{judge, FA_NEEDS_OPERANDS}, everything, nothing, count, copies};
    return &self->check;
}
