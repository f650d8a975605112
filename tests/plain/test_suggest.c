/* test_suggest.c: what is suggested would allow the event, and little else; and targets. */
#include "enforce/suggest.h"

#include <stdlib.h>

#include "enforce/target.h"
#include "support/ip.h"
#include "test.h"

static fa_text
text_of(const char *word)
{
    return (fa_text){word, strlen(word)};
}

static fa_event
event_of(uint16_t id, fa_shape shape)
{
    return (fa_event){fa_event_rows[id].name, id, fa_event_rows[id].right, (uint8_t)shape};
}

static fa_verdict
lacking(fa_right right, fa_reason reason)
{
    return (fa_verdict){FA_REFUSE, (uint8_t)reason, (uint8_t)right, 0, NULL};
}

static void
expect_text(fa_buffer *out, const char *expected, const char *why)
{
    char *found = fa_buffer_take(out);
    EXPECT(strcmp(found, expected) == 0, why);
    if (strcmp(found, expected) != 0) {
        fprintf(stderr, "    %s\n", found);
    }
    free(found);
}

static void
expect_suggestion(const fa_event *event, fa_verdict verdict, const char *expected, const char *why)
{
    fa_buffer out = {0};
    fa_suggest_write(&out, event, verdict);
    expect_text(&out, expected, why);
}

static void
expect_target(const fa_event *event, fa_verdict verdict, const char *expected, const char *why)
{
    fa_buffer out = {0};
    fa_target_write(&out, event, verdict);
    expect_text(&out, expected, why);
}

static fa_event
files_event(uint16_t id, const char *first, fa_rights asks, const char *second, fa_rights asks_second)
{
    fa_event event = event_of(id, FA_SHAPE_FILES);
    event.as.files = (fa_files){.count = second == NULL ? 1 : 2};
    event.as.files.place[0] = (fa_place){text_of(first), asks};
    if (second != NULL) {
        event.as.files.place[1] = (fa_place){text_of(second), asks_second};
    }
    return event;
}

static void
test_a_path_is_named_with_what_it_lacks(void)
{
    fa_rights both = FA_BIT(FA_READ) | FA_BIT(FA_MODIFY);
    fa_event event = files_event(FA_EVENT_OPEN, "/etc/motd", FA_BIT(FA_READ), NULL, 0);
    fa_verdict verdict = lacking(FA_READ, FA_REASON_OUTSIDE_ROOT);
    expect_suggestion(&event, verdict, "read=[\"/etc/motd\"]", "reading");
    expect_target(&event, verdict, "/etc/motd", "the target is the path");

    event = files_event(FA_EVENT_OPEN, "/a", FA_BIT(FA_CREATE), NULL, 0);
    expect_suggestion(&event, lacking(FA_CREATE, FA_REASON_RIGHT_NOT_GRANTED), "write=[\"/a\"]", "making");
    event = files_event(FA_EVENT_OPEN, "/a", both, NULL, 0);
    expect_suggestion(&event, verdict, "read=[\"/a\"], write=[\"/a\"]", "w+ names both");
    expect_suggestion(&event, lacking(FA_MODIFY, FA_REASON_OUTSIDE_ROOT), "write=[\"/a\"]",
                      "what was granted is not named");
    event = files_event(FA_EVENT_OS_RENAME, "/a/x", FA_BIT(FA_DELETE), "/b/x", FA_BIT(FA_CREATE));
    event.as.files.act = FA_ACT_RENAME;
    expect_suggestion(&event, lacking(FA_DELETE, FA_REASON_OUTSIDE_ROOT), "write=[\"/a/x\", \"/b/x\"]",
                      "both ends of a rename");
    verdict = lacking(FA_CREATE, FA_REASON_OUTSIDE_ROOT);
    verdict.operand = 1;
    expect_suggestion(&event, verdict, "write=[\"/b/x\"]", "the end that was refused");
    expect_target(&event, verdict, "/b/x", "the target is the place that was refused");
    verdict = lacking(FA_READ, FA_REASON_GAINS_RIGHTS);
    verdict.operand = 1;
    expect_suggestion(&event, verdict, "read=[\"/a/x\"]", "the old place needs what the new one has");
    event.as.files.place[0].directory = true;
    expect_suggestion(&event, lacking(FA_DELETE, FA_REASON_OUTSIDE_ROOT),
                      "write=[\"/a/[x]\", \"/b/x\"]", "a directory that leaves is no root");
    event = files_event(FA_EVENT_OPEN, "/a/x[1]*?\"\\\n\xff", FA_BIT(FA_READ), NULL, 0);
    expect_suggestion(&event, lacking(FA_READ, FA_REASON_OUTSIDE_ROOT),
                      "read=[\"/a/x[[]1][*][?]\\\"\\\\\\n\\udcff\"]", "what no terminal likes is escaped");
}

static void
test_a_deny_rule_is_named_to_be_removed(void)
{
    fa_event event = files_event(FA_EVENT_OPEN, "/p/.env", FA_BIT(FA_READ), NULL, 0);
    fa_verdict verdict = lacking(FA_READ, FA_REASON_DENIED);
    verdict.rule = "**/.env";
    expect_suggestion(&event, verdict, "remove \"**/.env\" from deny", "a rule");
    expect_suggestion(&event, lacking(FA_READ, FA_REASON_HOLDS_ROOT), "", "nothing allows it");
}

static void
test_an_address_is_named_in_the_grammar_of_policies(void)
{
    static const struct {
        uint16_t id;
        const char *host, *ip;
        int32_t port;
        const char *expected;
    } cases[] = {
        {FA_EVENT_SOCKET_CONNECT, "", "10.0.0.1", 443, "connect=[\"10.0.0.1:443\"]"},
        {FA_EVENT_SOCKET_CONNECT, "", "::1", 443, "connect=[\"[::1]:443\"]"},
        {FA_EVENT_SOCKET_CONNECT, "example.com", "", 80, "connect=[\"example.com:80\"]"},
        {FA_EVENT_SOCKET_BIND, "", "127.0.0.1", 8000, "listen=[\"127.0.0.1:8000\"]"},
        {FA_EVENT_SOCKET_BIND, "", "::", 0, "listen=[\"[::]:0\"]"},
        {FA_EVENT_SOCKET_GETADDRINFO, "example.com", "", -1, "resolve=[\"example.com\"]"},
        {FA_EVENT_SOCKET_GETADDRINFO, "example.com", "", 80, "connect=[\"example.com:80\"]"},
        {FA_EVENT_SOCKET_GETHOSTBYADDR, "", "::1", -1, "resolve=[\"::1\"]"},
        {FA_EVENT_SOCKET_CONNECT, "ex\xff", "", 80, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fa_event event = event_of(cases[i].id, FA_SHAPE_ADDRESS);
        event.as.address = (fa_address){.host = text_of(cases[i].host), .port = cases[i].port};
        fa_ip_read(text_of(cases[i].ip), event.as.address.ip);
        expect_suggestion(&event, lacking((fa_right)event.right, FA_REASON_ADDRESS_NOT_GRANTED),
                          cases[i].expected, cases[i].expected);
    }
    fa_event event = event_of(FA_EVENT_SOCKET_CONNECT, FA_SHAPE_ADDRESS);
    event.as.address = (fa_address){.path = text_of("/run/x"), .family = FA_FAMILY_UNIX};
    fa_verdict verdict = lacking(FA_CONNECT, FA_REASON_ADDRESS_NOT_GRANTED);
    expect_suggestion(&event, verdict, "connect=[\"unix:/run/x\"]", "a unix socket");
    event.as.address.family = FA_FAMILY_ABSTRACT;
    expect_target(&event, verdict, "unix:@/run/x", "an abstract name");
    event.as.address.family = FA_FAMILY_OTHER;
    expect_suggestion(&event, verdict, "allow=[\"socket\"]", "a family without addresses");
}

static void
test_a_command_is_named_by_a_rule_that_matches_it(void)
{
    static const struct {
        const char *argv[5];
        const char *suggestion, *target;
    } cases[] = {
        {{"git", "status"}, "run=[\"git status\"]", "git status"},
        {{"ls", "*.py", "a b"}, "run=[\"ls '[*].py' 'a b'\"]", "ls '*.py' 'a b'"},
        {{"echo", "it's", "\"x\"\n"},
         "run=[\"echo 'it'\\\"'\\\"'s' '\\\"x\\\"\\n'\"]", "echo 'it'\"'\"'s' '\"x\"\n'"},
        {{"x", ""}, "run=[\"x ''\"]", "x ''"},
        {{"x", "--token=abc", "y"}, "run=[\"x '--token=*' y\"]", "x --token=[redacted] y"},
        {{"x", "--password", "abc", "y"}, "run=[\"x --password '*' y\"]", "x --password [redacted] y"},
        {{"x", "--password", "abc"}, "run=[\"x --password '?*'\"]", "x --password [redacted]"},
        {{"sh", "-c", "PASSWORD=x curl h"}, "run=[\"sh -c 'PASSWORD=* curl h'\"]",
         "sh -c 'PASSWORD=[redacted] curl h'"},
        {{"x", "\xff"}, "run=[\"x '?*'\"]", "x '\xff'"},
        {{"a*b"}, "", "'a*b'"},
        {{"./tool", "x"}, "call \"./tool\" by its absolute path", "./tool x"},
        {{"/bin/tool", "x"}, "run=[\"/bin/tool x\"]", "/bin/tool x"},
        {{"/usr/lib/../bin/tool"}, "call \"/usr/lib/../bin/tool\" by its real path, \"/usr/bin/tool\"", "/usr/lib/../bin/tool"},
        {{"/usr//bin/./tool"}, "call \"/usr//bin/./tool\" by its real path, \"/usr/bin/tool\"", "/usr//bin/./tool"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fa_text argv[5];
        uint32_t argc = 0;
        for (; argc < 5 && cases[i].argv[argc] != NULL; argc++) {
            argv[argc] = text_of(cases[i].argv[argc]);
        }
        fa_event event = event_of(FA_EVENT_SUBPROCESS_POPEN, FA_SHAPE_COMMAND);
        event.as.command = (fa_command){.argv = argv, .argc = argc};
        fa_verdict verdict = lacking(FA_RUN, FA_REASON_COMMAND_NOT_GRANTED);
        expect_suggestion(&event, verdict, cases[i].suggestion, cases[i].suggestion);
        expect_target(&event, verdict, cases[i].target, cases[i].target);
    }
}

static void
test_a_huge_command_gives_a_bounded_rule(void)
{
    static char huge[1 << 20];
    memset(huge, 'x', sizeof huge);
    fa_text argv[] = {FA_TEXT("git"), FA_TEXT("add"), {huge, sizeof huge}, FA_TEXT("y")};
    fa_event event = event_of(FA_EVENT_SUBPROCESS_POPEN, FA_SHAPE_COMMAND);
    event.as.command = (fa_command){.argv = argv, .argc = 4};
    expect_suggestion(&event, lacking(FA_RUN, FA_REASON_COMMAND_NOT_GRANTED), "run=[\"git add *\"]",
                      "the rest is left to a star");
}

static void
test_a_steering_environment_names_its_variables(void)
{
    fa_text argv[] = {FA_TEXT("git")};
    fa_text env[] = {FA_TEXT("LANG=C"), FA_TEXT("GIT_DIR=/x"), FA_TEXT("PYTHONPATH=secret"), FA_TEXT("X")};
    fa_event event = event_of(FA_EVENT_POSIXSUBPROCESS_FORK_EXEC, FA_SHAPE_COMMAND);
    event.as.command = (fa_command){.argv = argv, .argc = 1, .env = env, .env_count = 4};
    expect_suggestion(&event, lacking(FA_ENV, FA_REASON_STEERING_ENV),
                      "env=[\"GIT_DIR\", \"PYTHONPATH\"]", "names, never values");
}

static void
test_names_are_entries_and_switches_are_words(void)
{
    fa_event event = event_of(FA_EVENT_IMPORT, FA_SHAPE_NAME);
    event.as.name = (fa_name){.name = text_of("ctypes")};
    fa_verdict verdict = lacking(FA_IMPORTS, FA_REASON_NAME_NOT_GRANTED);
    expect_suggestion(&event, verdict, "imports=[\"ctypes\"]", "a module");
    verdict.right = FA_NATIVE;
    expect_suggestion(&event, verdict, "imports=[\"ctypes\", \"*\"]", "a first list keeps the rest open");
    verdict.operand = 1;
    expect_suggestion(&event, verdict, "imports=[\"ctypes\"]", "a list that is there grows");
    event.as.name.file.path = text_of("/x/y.so");
    expect_suggestion(&event, verdict, "native=[\"ctypes\"]", "an extension module");

    event = event_of(FA_EVENT_OS_PUTENV, FA_SHAPE_NAME);
    event.as.name = (fa_name){.name = text_of("PATH"), .value = text_of("secret")};
    verdict = lacking(FA_ENV, FA_REASON_NAME_NOT_GRANTED);
    expect_suggestion(&event, verdict, "env=[\"PATH\"]", "a variable");
    expect_target(&event, verdict, "PATH", "its value is not shown");

    event = event_of(FA_EVENT_CTYPES_DLOPEN, FA_SHAPE_NAME);
    event.as.name = (fa_name){.name = text_of("/lib/libfoo-1.so.6")};
    verdict = lacking(FA_NATIVE, FA_REASON_NAME_NOT_GRANTED);
    expect_suggestion(&event, verdict, "native=[\"libfoo*1\"]", "a library");
    event.as.name.name = text_of("");
    expect_suggestion(&event, verdict, "allow=[\"ctypes.dlopen\"]", "the program itself");

    static const struct {
        uint16_t id;
        const char *expected;
    } switches[] = {
        {FA_EVENT_THREAD_START_NEW_THREAD, "allow=[\"threads\"]"},
        {FA_EVENT_SYS_SETTRACE, "allow=[\"sys.settrace\"]"},
        {FA_EVENT_OS_FORK, "allow=[\"fork\"]"},
        {FA_EVENT_GC_GET_OBJECTS, "allow=[\"gc.get_objects\"]"},
        {FA_EVENT_COMPILE, "allow=[\"code\"]"},
    };
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
        event = event_of(switches[i].id, FA_SHAPE_NONE);
        expect_suggestion(&event, lacking((fa_right)event.right, FA_REASON_RIGHT_NOT_GRANTED),
                          switches[i].expected, switches[i].expected);
    }
    event = event_of(FA_EVENT_OS_KILL, FA_SHAPE_SIGNAL);
    event.as.signal = (fa_signal){.pid = -7};
    expect_suggestion(&event, lacking(FA_SIGNAL, FA_REASON_NOT_OWN_CHILD), "allow=[\"signal\"]", "a signal");
    expect_target(&event, lacking(FA_SIGNAL, FA_REASON_NOT_OWN_CHILD), "-7", "the target is the process");
    event = event_of(FA_EVENT_UNKNOWN, FA_SHAPE_NONE);
    event.name = "mylib.act";
    expect_suggestion(&event, lacking(FA_CUSTOM, FA_REASON_UNKNOWN_EVENT), "allow=[\"mylib.act\"]", "an event");
    event.name = "act";
    expect_suggestion(&event, lacking(FA_CUSTOM, FA_REASON_UNKNOWN_EVENT), "", "a word is no event's name");
}

int
main(void)
{
    test_a_path_is_named_with_what_it_lacks();
    test_a_deny_rule_is_named_to_be_removed();
    test_an_address_is_named_in_the_grammar_of_policies();
    test_a_command_is_named_by_a_rule_that_matches_it();
    test_a_huge_command_gives_a_bounded_rule();
    test_a_steering_environment_names_its_variables();
    test_names_are_entries_and_switches_are_words();
    return test_result();
}
