/* names.c: one kind of check: modules to import, and native code to load. */
#include "decide/names.h"

#include "decide/paths.h"
#include "support/glob.h"

const fa_guarded fa_names_guarded[] = {
    {"ctypes", FA_NATIVE, "calls any function of any library"},
    {"_ctypes", FA_NATIVE, "calls any function of any library"},
    {"_ctypes_test", FA_NATIVE, "functions for tests of ctypes"},
    {"cffi", FA_NATIVE, "calls any function of any library"},
    {"_cffi_backend", FA_NATIVE, "opens any library, writes to any address"},
    {"_tkinter", FA_NATIVE, "Tcl runs programs and opens files without an event"},
    {"_testcapi", FA_NATIVE, "the C API, for tests"},
    {"_testinternalcapi", FA_NATIVE, "the interpreter's internals, for tests"},
    {"_testlimitedcapi", FA_NATIVE, "the C API, for tests"},
    {"_testsinglephase", FA_NATIVE, "shares state between interpreters, for tests"},
    {"_testmultiphase", FA_NATIVE, "for tests of how extensions are loaded"},
    {"_xxtestfuzz", FA_NATIVE, "for fuzzing the interpreter"},
    {"_remote_debugging", FA_TRACE, "reads the memory of processes"},
    {"_testexternalinspection", FA_TRACE, "reads the memory of processes, 3.13"},
    {"_interpreters", FA_INTERPRETERS, "code in another interpreter"},
    {"_xxsubinterpreters", FA_INTERPRETERS, "code in another interpreter, until 3.12"},
    {"_interpchannels", FA_INTERPRETERS, "objects from another interpreter"},
    {"_xxinterpchannels", FA_INTERPRETERS, "objects from another interpreter, 3.12"},
    {"_interpqueues", FA_INTERPRETERS, "objects from another interpreter"},
    {NULL, FA_RIGHT_NONE, NULL},
};

typedef struct names {
    fa_check check;     /* first: a judge casts back */
    fa_names_spec spec; /* its entries are copies in the arena */
} names;

/* Whether the pattern covers the module: itself, or a package that it lies in. */
static bool
covers(fa_text pattern, fa_text module)
{
    for (size_t i = 1; i <= module.length; i++) {
        if ((i == module.length || module.bytes[i] == '.') &&
            fa_glob_match(pattern, (fa_text){module.bytes, i}, '.')) {
            return true;
        }
    }
    return false;
}

/* Whether the module is a package that what the pattern names lies in: it is imported on the way. */
static bool
leads_to(fa_text pattern, fa_text module)
{
    for (size_t i = 1; i < pattern.length; i++) {
        if (pattern.bytes[i] == '.' && fa_glob_match((fa_text){pattern.bytes, i}, module, '.')) {
            return true;
        }
    }
    return false;
}

static const fa_name_entry *
find(const fa_name_entry *entries, size_t count, fa_text name, bool deny)
{
    for (size_t i = 0; i < count; i++) {
        if (entries[i].deny == deny && covers(entries[i].pattern, name)) {
            return &entries[i];
        }
    }
    return NULL;
}

static fa_verdict
refuse(fa_reason reason, fa_right right, const char *rule)
{
    return (fa_verdict){FA_REFUSE, (uint8_t)reason, (uint8_t)right, 0, rule};
}

static const fa_guarded *
find_guarded(fa_text module)
{
    for (const fa_guarded *each = fa_names_guarded; each->name != NULL; each++) {
        if (covers((fa_text){each->name, strlen(each->name)}, module)) {
            return each;
        }
    }
    return NULL;
}

/* An entry that grants the module by its name, so no pattern. */
static bool
is_named(const fa_names_spec *spec, fa_text module)
{
    for (size_t i = 0; i < spec->import_count; i++) {
        fa_text pattern = spec->imports[i].pattern;
        if (!spec->imports[i].deny && !fa_glob_is_pattern(pattern) &&
            (covers(pattern, module) || leads_to(pattern, module))) {
            return true;
        }
    }
    return false;
}

/* A guarded module is granted by its right, or by its name. */
static fa_verdict
judge_guarded(const fa_names_spec *spec, const fa_event *event, fa_text module)
{
    const fa_guarded *guarded = find_guarded(module);
    if (guarded == NULL || is_named(spec, module) || (spec->everywhere & FA_BIT(guarded->right)) != 0) {
        return FA_VERDICT_ALLOW(event);
    }
    fa_verdict verdict = refuse(FA_REASON_NAME_NOT_GRANTED, (fa_right)guarded->right, NULL);
    verdict.operand = spec->listed; /* whoever suggests a change must know whether there is a list */
    return verdict;
}

static fa_verdict
judge_module(const fa_names_spec *spec, const fa_event *event, fa_text module)
{
    const fa_name_entry *denying = find(spec->imports, spec->import_count, module, true);
    if (denying != NULL) {
        return refuse(FA_REASON_DENIED, FA_IMPORTS, denying->pattern.bytes);
    }
    if ((spec->nowhere & FA_BIT(FA_IMPORTS)) != 0) {
        return refuse(FA_REASON_DENIED, FA_IMPORTS, fa_right_word(FA_IMPORTS));
    }
    fa_verdict guarded = judge_guarded(spec, event, module);
    if (guarded.outcome != FA_ALLOW) {
        return guarded;
    }
    bool listed = false;
    for (size_t i = 0; i < spec->import_count; i++) {
        fa_text pattern = spec->imports[i].pattern;
        listed = listed || (!spec->imports[i].deny && (covers(pattern, module) || leads_to(pattern, module)));
    }
    /* What would undo the guard got so far by its right, or because `imports` names it. */
    if (listed || !spec->listed || (spec->everywhere & FA_BIT(FA_IMPORTS)) != 0 ||
        find_guarded(module) != NULL) {
        return FA_VERDICT_ALLOW(event);
    }
    return refuse(FA_REASON_NAME_NOT_GRANTED, FA_IMPORTS, NULL);
}

/* Native code runs unguarded: it may come from where Python itself lies, unless that is writable
 * under the policy; from elsewhere when `native` names it. */
static fa_verdict
judge_native(const fa_names_spec *spec, const fa_event *event, fa_text name, const fa_place *file,
             bool by_place)
{
    const fa_name_entry *denying = find(spec->natives, spec->native_count, name, true);
    if (denying != NULL) {
        return refuse(FA_REASON_DENIED, FA_NATIVE, denying->pattern.bytes);
    }
    if ((spec->nowhere & FA_BIT(FA_NATIVE)) != 0) {
        return refuse(FA_REASON_DENIED, FA_NATIVE, fa_right_word(FA_NATIVE));
    }
    if ((spec->everywhere & FA_BIT(FA_NATIVE)) != 0 ||
        find(spec->natives, spec->native_count, name, false) != NULL) {
        return FA_VERDICT_ALLOW(event);
    }
    if (file->error != 0) {
        return refuse(FA_REASON_UNRESOLVABLE, FA_NATIVE, NULL);
    }
    const fa_rights changes = FA_BIT(FA_CREATE) | FA_BIT(FA_MODIFY);
    if (by_place && file->path.length > 0 &&
        (fa_paths_grants(spec->homes, file->path) & FA_BIT(FA_READ)) != 0 &&
        (fa_paths_grants(spec->paths, file->path) & changes) == 0) {
        return FA_VERDICT_ALLOW(event);
    }
    return refuse(FA_REASON_NAME_NOT_GRANTED, FA_NATIVE, NULL);
}

static fa_verdict
judge(const fa_check *check, const fa_event *event)
{
    const fa_names_spec *spec = &((const names *)check)->spec;
    if (event->right == FA_RIGHT_NONE) {
        return FA_VERDICT_ALLOW(event);
    }
    if (event->shape != FA_SHAPE_NAME) {
        bool whole = event->shape == FA_SHAPE_NONE &&
                     (spec->everywhere & ~spec->nowhere & FA_BIT(event->right)) != 0;
        if ((spec->nowhere & FA_BIT(event->right)) != 0 && event->shape == FA_SHAPE_NONE) {
            return refuse(FA_REASON_DENIED, (fa_right)event->right, fa_right_word((fa_right)event->right));
        }
        return whole ? FA_VERDICT_ALLOW(event)
                     : refuse(event->shape == FA_SHAPE_NONE ? FA_REASON_RIGHT_NOT_GRANTED
                                                            : FA_REASON_MALFORMED,
                              (fa_right)event->right, NULL);
    }
    fa_text name = event->as.name.name;
    const fa_place *file = &event->as.name.file;
    if (event->id != FA_EVENT_IMPORT) {
        /* A library is named by its last component: "libm" covers /usr/lib/libm.so.6. */
        return judge_native(spec, event, fa_text_last(name, '/'), file, false);
    }
    fa_verdict verdict = judge_module(spec, event, name);
    bool loads = file->path.length > 0 || file->error != 0 || event->right == FA_NATIVE;
    if (verdict.outcome != FA_ALLOW || !loads) {
        return verdict;
    }
    /* What a file defines goes by the last component of the name: "any._ctypes" loads _ctypes. */
    verdict = judge_guarded(spec, event, fa_text_last(name, '.'));
    return verdict.outcome == FA_ALLOW ? judge_native(spec, event, name, file, true) : verdict;
}

const fa_check *
fa_names_new(fa_arena *arena, const fa_names_spec *spec)
{
    names *self = fa_arena_take(arena, sizeof *self);
    fa_name_entry *imports = fa_name_entry_copy(arena, spec->imports, spec->import_count);
    fa_name_entry *natives = fa_name_entry_copy(arena, spec->natives, spec->native_count);
    if (self == NULL || imports == NULL || natives == NULL) {
        return NULL;
    }
    *self = (names){{judge, FA_NEEDS_OPERANDS}, *spec};
    self->spec.imports = imports;
    self->spec.natives = natives;
    return &self->check;
}
