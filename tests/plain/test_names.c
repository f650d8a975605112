/* test_names.c: modules, native code and variables are granted by name, and guarded ones by their word. */
#include "decide/compile.h"

#include <stdlib.h>

#include "decide/decide.h"
#include "decide/variables.h"
#include "test.h"

#define ITEMS(list) (sizeof(list) / sizeof((list)[0]))
#define TEXT(string) ((fa_text){(string), strlen(string)})

static fa_verdict
judge(const fa_ruleset *rules, fa_event_id id, fa_right right, fa_name name)
{
    fa_event event = {.name = fa_event_rows[id].name, .id = (uint16_t)id, .right = (uint8_t)right,
                      .shape = FA_SHAPE_NAME, .as.name = name};
    fa_holder holder = {rules, NULL, false};
    size_t at = 0;
    return fa_decide(&holder, 1, &event, &at);
}

static fa_verdict
import(const fa_ruleset *rules, const char *module)
{
    return judge(rules, FA_EVENT_IMPORT, FA_IMPORTS, (fa_name){.name = TEXT(module)});
}

static bool
imports(const fa_ruleset *rules, const char *module)
{
    return import(rules, module).outcome == FA_ALLOW;
}

static bool
loads(const fa_ruleset *rules, const char *module, const char *file)
{
    fa_name name = {.name = TEXT(module), .file = {.path = TEXT(file), .exists = true}};
    return judge(rules, FA_EVENT_IMPORT, FA_NATIVE, name).outcome == FA_ALLOW;
}

static bool
opens(const fa_ruleset *rules, const char *library)
{
    fa_name name = {.name = TEXT(library)};
    return judge(rules, FA_EVENT_CTYPES_DLOPEN, FA_NATIVE, name).outcome == FA_ALLOW;
}

static void
test_everything_but_guarded_modules_is_importable(void)
{
    fa_compile_spec spec = {.unknown = true};
    fa_ruleset *rules = fa_compile(&spec);
    EXPECT(imports(rules, "json") && imports(rules, "xml.etree.ElementTree"), "ordinary modules");
    EXPECT(imports(rules, "ctypeslib") && imports(rules, "my.ctypes"), "names that look alike");
    EXPECT(!imports(rules, "ctypes") && !imports(rules, "ctypes.util") && !imports(rules, "_ctypes"),
           "what calls any function");
    fa_verdict verdict = import(rules, "_interpreters");
    EXPECT(verdict.outcome == FA_REFUSE && verdict.right == FA_INTERPRETERS, "the right it lacks");
    fa_ruleset_drop(rules);

    spec.allow = FA_BIT(FA_NATIVE);
    rules = fa_compile(&spec);
    EXPECT(imports(rules, "ctypes") && !imports(rules, "_interpreters"), "by its word");
    fa_ruleset_drop(rules);
}

static void
test_a_list_grants_packages_and_the_way_to_them(void)
{
    const fa_name_entry list[] = {
        {FA_TEXT("numpy"), false},    {FA_TEXT("a.b.c"), false}, {FA_TEXT("x*.y"), false},
        {FA_TEXT("numpy.f2py"), true}, {FA_TEXT("ctypes"), false}, {FA_TEXT("_inter*"), false},
    };
    fa_compile_spec spec = {.imports = list, .import_count = ITEMS(list), .imports_listed = true};
    fa_ruleset *rules = fa_compile(&spec);
    EXPECT(imports(rules, "numpy") && imports(rules, "numpy.core.multiarray"), "a package");
    EXPECT(!imports(rules, "numpyx") && !imports(rules, "json"), "nothing else");
    EXPECT(imports(rules, "a") && imports(rules, "a.b") && imports(rules, "a.b.c.d"), "the way there");
    EXPECT(!imports(rules, "a.c") && !imports(rules, "b"), "nothing beside the way");
    EXPECT(imports(rules, "xml.y") && imports(rules, "xml") && !imports(rules, "xml.z"), "a pattern");
    fa_verdict verdict = import(rules, "numpy.f2py.x");
    EXPECT(verdict.reason == FA_REASON_DENIED && strcmp(verdict.rule, "numpy.f2py") == 0, "denied");
    EXPECT(imports(rules, "ctypes") && imports(rules, "ctypes.util"), "a guarded module, by name");
    EXPECT(!imports(rules, "_interpreters"), "but not by a pattern");
    fa_ruleset_drop(rules);

    spec = (fa_compile_spec){.imports_listed = true};
    rules = fa_compile(&spec);
    EXPECT(!imports(rules, "json"), "an empty list grants nothing");
    fa_ruleset_drop(rules);
    spec = (fa_compile_spec){.deny = FA_BIT(FA_IMPORTS)};
    rules = fa_compile(&spec);
    EXPECT(import(rules, "json").reason == FA_REASON_DENIED, "denied whole");
    fa_ruleset_drop(rules);
}

static void
test_native_modules_load_from_pythons_own_places(void)
{
    const fa_path_rule paths[] = {
        {.path = FA_TEXT("/usr/lib/python3"), .written = FA_TEXT(""), .allow = FA_BIT(FA_READ)},
        {.path = FA_TEXT("/srv/app"), .written = FA_TEXT(""), .allow = FA_BIT(FA_READ),
         .kind = FA_PATH_SOURCES},
        {.path = FA_TEXT("/srv/app/out"), .written = FA_TEXT(""), .allow = FA_RIGHTS_OF_FILES},
        {.path = FA_TEXT("/srv/data"), .written = FA_TEXT(""), .allow = FA_BIT(FA_READ)},
    };
    const bool home[] = {true, false, false, false};
    const fa_name_entry natives[] = {{FA_TEXT("mine"), false}, {FA_TEXT("bad"), true}};
    fa_compile_spec spec = {.paths = paths, .path_count = ITEMS(paths), .path_is_home = home,
                            .natives = natives, .native_count = ITEMS(natives)};
    fa_ruleset *rules = fa_compile(&spec);
    EXPECT(loads(rules, "_json", "/usr/lib/python3/lib-dynload/_json.so"), "the standard library");
    EXPECT(loads(rules, "ext", "/srv/app/ext.so"), "a folder of the import path");
    EXPECT(!loads(rules, "ext", "/srv/app/out/ext.so"), "where the policy lets write");
    EXPECT(!loads(rules, "ext", "/srv/data/ext.so"), "what is merely readable");
    EXPECT(!loads(rules, "ext", "/tmp/ext.so"), "anywhere else");
    EXPECT(loads(rules, "mine.ext", "/srv/app/out/ext.so"), "a module granted by name");
    EXPECT(!loads(rules, "bad", "/usr/lib/python3/bad.so"), "a module denied by name");
    EXPECT(!loads(rules, "_ctypes", "/usr/lib/python3/lib-dynload/_ctypes.so"), "a guarded module");
    EXPECT(opens(rules, "mine.so.6") && opens(rules, "/usr/lib/mine.so"), "a library by its name");
    EXPECT(!opens(rules, "libc.so.6") && !opens(rules, ""), "no other library, nor the program");
    fa_ruleset_drop(rules);

    spec.deny = FA_BIT(FA_NATIVE);
    rules = fa_compile(&spec);
    EXPECT(!loads(rules, "_json", "/usr/lib/python3/lib-dynload/_json.so"), "denied whole");
    EXPECT(imports(rules, "json"), "which is not importing");
    fa_ruleset_drop(rules);
}

static fa_verdict
put(const fa_ruleset *rules, const char *name, const char *value)
{
    return judge(rules, FA_EVENT_OS_PUTENV, FA_ENV,
                 (fa_name){.name = TEXT(name), .value = TEXT(value)});
}

static void
test_variables_are_free_unless_they_steer(void)
{
    const fa_name_entry env[] = {{FA_TEXT("GIT_*"), false}, {FA_TEXT("GIT_SSH"), true},
                                 {FA_TEXT("TZ"), true}};
    fa_compile_spec spec = {.env = env, .env_count = ITEMS(env)};
    fa_ruleset *rules = fa_compile(&spec);
    static const char *const free_names[] = {
        "PYTEST_CURRENT_TEST", "PYTEST_VERSION", "OPENBLAS_MAIN_FREE", "DJANGO_SETTINGS_MODULE",
        "PIP_BUILD_TRACKER", "COVERAGE_RUN", "DOCUTILSCONFIG", "COLUMNS", "LANG", "GIT_DIR", "",
    };
    for (size_t i = 0; i < ITEMS(free_names); i++) {
        EXPECT(put(rules, free_names[i], "x").outcome == FA_ALLOW, free_names[i]);
    }
    static const char *const steering[] = {
        "LD_PRELOAD", "DYLD_INSERT_LIBRARIES", "PYTHONPATH", "PYTHONSTARTUP", "PATH", "HOME",
        "TMPDIR", "SHELL", "BASH_ENV", "ENV", "IFS", "HTTPS_PROXY", "https_proxy", "SSL_CERT_FILE",
        "REQUESTS_CA_BUNDLE", "GCONV_PATH", "LOCPATH", "GLIBC_TUNABLES", "HOSTALIASES", "GIT_SSH",
        "TZ",
    };
    for (size_t i = 0; i < ITEMS(steering); i++) {
        EXPECT(put(rules, steering[i], "/x/y").outcome == FA_REFUSE, steering[i]);
    }
    setenv("HOME", "/home/me", 1);
    EXPECT(put(rules, "HOME", "/home/me").outcome == FA_ALLOW, "a value that is already in force");
    fa_name home = {.name = FA_TEXT("HOME")};
    EXPECT(judge(rules, FA_EVENT_OS_UNSETENV, FA_ENV, home).outcome == FA_REFUSE, "taking it away");
    fa_ruleset_drop(rules);

    const fa_name_entry all[] = {{FA_TEXT("*"), true}};
    spec = (fa_compile_spec){.env = all, .env_count = 1, .allow = FA_BIT(FA_ENV)};
    rules = fa_compile(&spec);
    EXPECT(put(rules, "FOO", "x").reason == FA_REASON_DENIED, "deny beats the word");
    fa_ruleset_drop(rules);
}

int
main(void)
{
    test_everything_but_guarded_modules_is_importable();
    test_a_list_grants_packages_and_the_way_to_them();
    test_native_modules_load_from_pythons_own_places();
    test_variables_are_free_unless_they_steer();
    return test_result();
}
