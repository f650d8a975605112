/* test_commands.c: what runs is the rule's program, called as the rule says, in an environment of ours. */
#include "decide/compile.h"

#include <stdlib.h>

#include "decide/decide.h"
#include "decide/variables.h"
#include "test.h"

#define TEXT(string) ((fa_text){(string), strlen(string)})

static const fa_text status_args[] = {{"status", 6}};
static const fa_text shell_args[] = {{"-c", 2}, {"echo *", 6}};

/* git status with any further arguments; sh -c "echo …"; /srv/out may be written. */
static fa_ruleset *
compile(bool with_rules, const fa_command_entry *more, fa_rights allow)
{
    static const fa_path_rule paths[] = {{.path = {"/srv/out", 8}, .written = {"out", 3},
                                          .allow = FA_RIGHTS_OF_FILES, .kind = FA_PATH_ROOT}};
    static const fa_name_entry env[] = {{{"GIT_DIR", 7}, false}, {{"SECRET", 6}, true}};
    fa_command_entry commands[3] = {
        {.name = FA_TEXT("git"), .place = FA_TEXT("/usr/bin/git"), .target = FA_TEXT("/opt/git"),
         .written = FA_TEXT("git status *"), .args = status_args, .arg_count = 1,
         .open_ended = true},
        {.name = FA_TEXT("sh"), .place = FA_TEXT("/usr/bin/sh"), .target = FA_TEXT("/usr/bin/dash"),
         .written = FA_TEXT("sh -c 'echo *'"), .args = shell_args, .arg_count = 2},
    };
    if (more != NULL) {
        commands[2] = *more;
    }
    fa_compile_spec spec = {
        .paths = paths, .path_count = 1, .env = env, .env_count = 2, .allow = allow,
        .commands = with_rules ? commands : commands + 2,
        .command_count = (with_rules ? 2 : 0) + (more != NULL ? 1 : 0),
    };
    fa_ruleset *rules = fa_compile(&spec);
    EXPECT(rules != NULL, "a policy compiles");
    return rules;
}

/* A call of a program: argv, then the candidates by their paths; what leads elsewhere says so. */
typedef struct call {
    fa_text argv[8];
    uint32_t argc;
    fa_place files[4], targets[4];
    uint32_t file_count;
    fa_text env[4];
    uint32_t env_count;
    bool shell;
} call;

static call
called(const char *name, const char *first, const char *second)
{
    call made = {.argv = {TEXT(name)}, .argc = 1};
    for (int i = 0; i < 2; i++) {
        const char *arg = i == 0 ? first : second;
        if (arg != NULL) {
            made.argv[made.argc++] = TEXT(arg);
        }
    }
    return made;
}

static call
with_file(call made, const char *path, const char *target)
{
    fa_place *file = &made.files[made.file_count];
    file->path = TEXT(path);
    file->exists = target != NULL;
    made.targets[made.file_count] = *file;
    if (target != NULL) {
        made.targets[made.file_count].path = TEXT(target);
    }
    made.file_count++;
    return made;
}

static fa_verdict
run(const fa_ruleset *rules, const call *made)
{
    fa_event event = {.name = "os.posix_spawn", .id = FA_EVENT_OS_POSIX_SPAWN, .right = FA_RUN,
                      .shape = FA_SHAPE_COMMAND};
    event.as.command = (fa_command){
        .argv = made->argv, .argc = made->argc, .files = made->files, .targets = made->targets,
        .file_count = made->file_count, .env = made->env_count == 0 ? NULL : made->env,
        .env_count = made->env_count, .shell = made->shell,
    };
    fa_holder holder = {rules, NULL, false};
    size_t at = 0;
    return fa_decide(&holder, 1, &event, &at);
}

static bool
runs(const fa_ruleset *rules, call made)
{
    return run(rules, &made).outcome == FA_ALLOW;
}

static call
git(const char *name, const char *first)
{
    return with_file(called(name, first, NULL), "/usr/bin/git", "/opt/git");
}

static void
test_the_program_is_the_rules_and_called_so(void)
{
    fa_ruleset *rules = compile(true, NULL, 0);
    EXPECT(runs(rules, git("git", "status")), "by its name");
    EXPECT(runs(rules, git("/usr/bin/git", "status")), "by its place");
    EXPECT(runs(rules, git("/bin/git", "status")), "by the other name of /usr/bin");
    EXPECT(!runs(rules, git("/srv/out/bin/git", "status")), "by another path");
    EXPECT(!runs(rules, git("/bin/gitx", "status")), "by a name that begins alike");
    EXPECT(!runs(rules, git("tig", "status")), "by another name");
    EXPECT(!runs(rules, git("git", "push")), "another argument");
    EXPECT(!runs(rules, git("git", NULL)), "an argument less");
    EXPECT(!runs(rules, git("git", "status x")), "a joined argument");
    call more = git("git", "status");
    more.argv[more.argc++] = FA_TEXT("--short\n/etc");
    EXPECT(runs(rules, more), "any further arguments");
    EXPECT(!runs(rules, with_file(called("git", "status", NULL), "/usr/bin/git", "/opt/evil")),
           "a link that leads elsewhere");
    EXPECT(!runs(rules, with_file(called("git", "status", NULL), "/opt/git", "/opt/git")),
           "the same file at another place");
    call nobody = {.argc = 0};
    EXPECT(!runs(rules, nobody), "no argv[0]");
    fa_ruleset_drop(rules);
}

static void
test_every_candidate_is_judged(void)
{
    fa_ruleset *rules = compile(true, NULL, 0);
    call call0 = called("git", "status", NULL);
    call missing = with_file(call0, "/usr/local/bin/git", NULL);
    EXPECT(runs(rules, with_file(missing, "/usr/bin/git", "/opt/git")), "a missing one is passed over");
    EXPECT(runs(rules, missing), "missing ones alone run nothing");
    EXPECT(!runs(rules, with_file(called("git", "status", NULL), "/usr/local/bin/x", NULL)),
           "a missing one of another name");
    call writable = with_file(call0, "/srv/out/git", NULL);
    EXPECT(!runs(rules, with_file(writable, "/usr/bin/git", "/opt/git")),
           "one that may be created meanwhile");
    call before = with_file(call0, "/usr/local/bin/git", "/usr/local/bin/git");
    EXPECT(!runs(rules, with_file(before, "/usr/bin/git", "/opt/git")), "another program before");
    call behind = with_file(with_file(call0, "/usr/bin/git", "/opt/git"), "/usr/local/bin/git",
                            "/usr/local/bin/git");
    EXPECT(runs(rules, behind), "another program of that name behind");
    behind = with_file(with_file(call0, "/usr/bin/git", "/opt/git"), "/srv/out/git", "/srv/out/git");
    EXPECT(!runs(rules, behind), "one behind that may be changed");
    behind = with_file(with_file(call0, "/usr/bin/git", "/opt/git"), "/usr/local/bin/git",
                       "/srv/out/git");
    EXPECT(!runs(rules, behind), "one behind that leads to what may be changed");
    behind = with_file(with_file(call0, "/usr/bin/git", "/opt/git"), "/bin/sh", "/bin/sh");
    EXPECT(!runs(rules, behind), "one behind of another name");
    call unreadable = git("git", "status");
    unreadable.files[0].error = 13;
    EXPECT(!runs(rules, unreadable), "one that cannot be resolved");
    call opened = call0;
    opened.files[0].descriptor = opened.targets[0].descriptor = opened.files[0].exists = true;
    opened.file_count = 1;
    EXPECT(!runs(rules, opened), "an open file");
    fa_ruleset_drop(rules);
}

static void
test_the_shell_is_the_command_sh(void)
{
    fa_ruleset *rules = compile(true, NULL, 0);
    call system = called("sh", "-c", "echo hello");
    system.shell = true;
    EXPECT(runs(rules, system), "os.system of a granted text");
    system.argv[2] = FA_TEXT("git status");
    EXPECT(!runs(rules, system), "a text is never split");
    EXPECT(runs(rules, with_file(called("/bin/sh", "-c", "echo x"), "/usr/bin/sh", "/usr/bin/dash")),
           "shell=True");
    call git_text = called("git", "status", NULL);
    git_text.shell = true;
    EXPECT(!runs(rules, git_text), "a shell is no other command");
    EXPECT(runs(rules, called("git", "status", NULL)), "an announcement is judged by arguments");
    fa_ruleset_drop(rules);
}

static void
test_the_childs_environment_does_not_steer_it(void)
{
    setenv("PATH", "/usr/bin:/bin", 1);
    unsetenv("LD_PRELOAD");
    fa_ruleset *rules = compile(true, NULL, 0);
    static const struct {
        const char *variable;
        bool fine;
    } cases[] = {
        {"FOO=bar", true}, {"PATH=/usr/bin:/bin", true}, {"PATH=/srv/out", false},
        {"PATH=/usr/bin:/bin:", false}, {"LD_PRELOAD=/x.so", false}, {"LD_PRELOAD=", false},
        {"PYTHONPATH=/x", false}, {"http_proxy=x", false}, {"GIT_DIR=/x", true},
        {"GIT_SSH=x", false}, {"SECRET=1", false}, {"NOEQUALS", true}, {"=PATH=x", true},
        {"", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        call made = git("git", "status");
        made.env[0] = FA_TEXT("A=b");
        made.env[1] = TEXT(cases[i].variable);
        made.env_count = 2;
        fa_verdict verdict = run(rules, &made);
        EXPECT((verdict.outcome == FA_ALLOW) == cases[i].fine, cases[i].variable);
        EXPECT(cases[i].fine || verdict.reason == FA_REASON_STEERING_ENV, cases[i].variable);
    }
    fa_ruleset_drop(rules);
}

static void
test_deny_and_quiet_name_a_program_in_any_guise(void)
{
    fa_command_entry rule = {.name = FA_TEXT("git"), .place = FA_TEXT("/usr/bin/git"),
                             .target = FA_TEXT("/opt/git"), .written = FA_TEXT("git status *"),
                             .args = status_args, .arg_count = 1, .open_ended = true, .deny = true};
    fa_ruleset *rules = compile(false, &rule, FA_BIT(FA_RUN));
    EXPECT(!runs(rules, git("git", "status")), "by its name");
    EXPECT(runs(rules, git("git", "push")), "not with other arguments");
    EXPECT(!runs(rules, with_file(called("x", "status", NULL), "/srv/x", "/opt/git")),
           "by a link to it");
    EXPECT(!runs(rules, with_file(called("x", "status", NULL), "/srv/git", "/srv/git")),
           "by its last name");
    EXPECT(runs(rules, with_file(called("ls", "status", NULL), "/bin/ls", "/bin/ls")), "others run");
    call lost = with_file(called("ls", "status", NULL), "", NULL);
    lost.files[0] = lost.targets[0] = (fa_place){.error = 2}; /* as unpacking leaves it: no bytes at all */
    EXPECT(runs(rules, lost), "what leads nowhere is no guise of it");
    lost.files[0].error = 13;
    EXPECT(run(rules, &lost).reason == FA_REASON_UNRESOLVABLE, "what cannot be resolved may be it");
    lost = called("ls", "push", NULL);
    lost.files[0].error = 13;
    EXPECT(runs(rules, lost), "with other arguments it is not");
    fa_ruleset_drop(rules);

    rule.deny = false;
    rule.quiet = true;
    rules = compile(false, &rule, 0);
    call made = git("git", "status");
    EXPECT(run(rules, &made).outcome == FA_QUIET, "a quiet rule refuses quietly");
    made = git("git", "push");
    EXPECT(run(rules, &made).outcome == FA_REFUSE, "and only what it names");
    fa_ruleset_drop(rules);
}

static void
test_acts_that_show_no_command_need_the_word(void)
{
    fa_ruleset *rules = compile(true, NULL, 0), *word = compile(false, NULL, FA_BIT(FA_RUN));
    fa_event typing = {.name = "fcntl.ioctl", .id = FA_EVENT_FCNTL_IOCTL, .right = FA_RUN};
    fa_holder holders[2] = {{rules, NULL, false}, {word, NULL, false}};
    size_t at = 0;
    EXPECT(fa_decide(holders, 1, &typing, &at).outcome == FA_REFUSE, "typing into a terminal");
    at = 0;
    EXPECT(fa_decide(holders + 1, 1, &typing, &at).outcome == FA_ALLOW, "run=True");
    fa_event replace = {.name = "os.exec", .id = FA_EVENT_OS_EXEC, .right = FA_EXEC,
                        .shape = FA_SHAPE_COMMAND};
    at = 0;
    EXPECT(fa_decide(holders, 2, &replace, &at).reason == FA_REASON_RIGHT_NOT_GRANTED,
           "replacing the process");
    fa_ruleset_drop(rules);
    fa_ruleset_drop(word);
}

int
main(void)
{
    test_the_program_is_the_rules_and_called_so();
    test_every_candidate_is_judged();
    test_the_shell_is_the_command_sh();
    test_the_childs_environment_does_not_steer_it();
    test_deny_and_quiet_name_a_program_in_any_guise();
    test_acts_that_show_no_command_need_the_word();
    return test_result();
}
