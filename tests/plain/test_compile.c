/* test_compile.c: each event of a policy meets the check that its right, its lists and its events ask for. */
#include "decide/compile.h"

#include <stdlib.h>

#include "decide/decide.h"
#include "test.h"

#define ITEMS(list) (sizeof(list) / sizeof((list)[0]))
#define TEXT(string) ((fa_text){(string), strlen(string)})

static fa_verdict
judge(const fa_ruleset *rules, fa_event event)
{
    event.name = event.name == NULL ? fa_event_rows[event.id].name : event.name;
    fa_holder holder = {rules, NULL, false};
    size_t at = 0;
    return fa_decide(&holder, 1, &event, &at);
}

/* The event as unpacking gives it when nothing is narrowed, without operands. */
static fa_verdict
judge_bare(const fa_ruleset *rules, fa_event_id id)
{
    return judge(rules, (fa_event){.id = (uint16_t)id, .right = fa_event_rows[id].right});
}

static bool
allows(const fa_ruleset *rules, fa_event_id id)
{
    return judge_bare(rules, id).outcome == FA_ALLOW;
}

static fa_ruleset *
compile_rights(fa_rights allow, fa_rights deny)
{
    fa_compile_spec spec = {.allow = allow, .deny = deny, .unknown = true};
    fa_ruleset *rules = fa_compile(&spec);
    EXPECT(rules != NULL, "a policy compiles");
    return rules;
}

static void
test_what_python_needs_is_allowed_without_a_grant(void)
{
    fa_ruleset *rules = compile_rights(0, 0);
    static const fa_event_id free_ids[] = {
        FA_EVENT_THREAD_START_NEW_THREAD, FA_EVENT_COMPILE, FA_EVENT_EXEC, FA_EVENT_CODE_NEW,
        FA_EVENT_FUNCTION_NEW, FA_EVENT_MARSHAL_LOADS, FA_EVENT_SYS_GETFRAME,
        FA_EVENT_OBJECT_GETATTR, FA_EVENT_UNKNOWN, FA_EVENT_SYS_UNRAISABLEHOOK,
    };
    for (size_t i = 0; i < ITEMS(free_ids); i++) {
        EXPECT(allows(rules, free_ids[i]), fa_event_rows[free_ids[i]].name);
        EXPECT(rules->on[free_ids[i]]->needs == FA_NEEDS_NOTHING, "and reads no operand");
    }
    fa_ruleset_drop(rules);
}

static void
test_what_would_undo_the_guard_takes_its_word(void)
{
    fa_rights all = FA_BIT(FA_RIGHT_NONE) - 1;
    fa_ruleset *nothing = compile_rights(0, 0), *everything = compile_rights(all, 0);
    for (uint16_t id = 0; id < FA_EVENT_COUNT; id++) {
        const fa_event_row *row = &fa_event_rows[id];
        if (row->guard && row->refusable) {
            EXPECT(!allows(nothing, id), row->name);
        }
        EXPECT(everything->on[id] == &fa_check_allow || id == FA_EVENT_UNKNOWN, row->name);
        EXPECT(row->refusable || allows(nothing, id), row->name);
    }
    fa_ruleset_drop(nothing);
    fa_ruleset_drop(everything);
}

static void
test_an_event_that_asks_for_nothing_is_allowed(void)
{
    fa_ruleset *nothing = compile_rights(0, 0);
    fa_ruleset *denied = compile_rights(0, FA_BIT(FA_RIGHT_NONE) - 1);
    for (uint16_t id = 0; id < FA_EVENT_UNKNOWN; id++) {
        fa_event event = {.id = id, .right = FA_RIGHT_NONE};
        EXPECT(judge(nothing, event).outcome == FA_ALLOW, fa_event_rows[id].name);
        EXPECT(judge(denied, event).outcome == FA_ALLOW, fa_event_rows[id].name);
    }
    fa_ruleset_drop(nothing);
    fa_ruleset_drop(denied);
}

static void
test_broken_arguments_are_refused_where_operands_decide(void)
{
    fa_ruleset *rules = compile_rights(0, 0);
    static const fa_event_id ids[] = {FA_EVENT_OPEN, FA_EVENT_SOCKET_CONNECT, FA_EVENT_IMPORT,
                                      FA_EVENT_OS_PUTENV, FA_EVENT_OS_KILL, FA_EVENT_OS_RENAME,
                                      FA_EVENT_SUBPROCESS_POPEN, FA_EVENT_OS_CHDIR};
    for (size_t i = 0; i < ITEMS(ids); i++) {
        fa_event event = {.id = (uint16_t)ids[i], .right = fa_event_rows[ids[i]].right,
                          .shape = FA_SHAPE_BROKEN};
        EXPECT(judge(rules, event).outcome == FA_REFUSE, fa_event_rows[ids[i]].name);
    }
    fa_ruleset_drop(rules);
}

static void
test_events_are_granted_and_denied_by_name(void)
{
    const fa_name_entry events[] = {
        {FA_TEXT("gc.get_objects"), false}, {FA_TEXT("ctypes.*"), false},
        {FA_TEXT("ctypes.dlsym"), true},    {FA_TEXT("exec"), true},
        {FA_TEXT("mylib.*"), true},         {FA_TEXT("builtins.id"), true},
        {FA_TEXT("open"), false},
    };
    fa_compile_spec spec = {.events = events, .event_count = ITEMS(events), .unknown = true};
    fa_ruleset *rules = fa_compile(&spec);
    EXPECT(allows(rules, FA_EVENT_GC_GET_OBJECTS), "a named event");
    EXPECT(!allows(rules, FA_EVENT_GC_GET_REFERRERS), "another of the same right");
    EXPECT(allows(rules, FA_EVENT_CTYPES_ADDRESSOF), "a prefix");
    EXPECT(!allows(rules, FA_EVENT_CTYPES_DLSYM), "deny beats it");
    fa_verdict verdict = judge_bare(rules, FA_EVENT_EXEC);
    EXPECT(verdict.reason == FA_REASON_DENIED && strcmp(verdict.rule, "exec") == 0,
           "an ordinary event can be denied");
    EXPECT(allows(rules, FA_EVENT_BUILTINS_ID), "what cannot be refused is not");
    fa_event mine = {.name = "mylib.x", .id = FA_EVENT_UNKNOWN, .right = FA_CUSTOM};
    EXPECT(judge(rules, mine).reason == FA_REASON_DENIED, "an event of a library");
    mine.name = "mylib";
    EXPECT(judge(rules, mine).outcome == FA_ALLOW, "the prefix without its dot");
    fa_event open = {.id = FA_EVENT_OPEN, .right = FA_READ, .shape = FA_SHAPE_FILES};
    open.as.files = (fa_files){.count = 1, .place = {{.path = FA_TEXT("/x"),
                                                       .asks = FA_BIT(FA_MODIFY)}}};
    EXPECT(judge(rules, open).outcome == FA_ALLOW, "a named event of files is granted everywhere");
    open.id = FA_EVENT_OS_TRUNCATE;
    EXPECT(judge(rules, open).outcome == FA_REFUSE, "others are not");
    fa_ruleset_drop(rules);
}

static void
test_unknown_events_of_a_newer_python_need_a_grant(void)
{
    const fa_name_entry events[] = {{FA_TEXT("mylib.*"), false}};
    fa_compile_spec spec = {.events = events, .event_count = 1};
    fa_ruleset *rules = fa_compile(&spec);
    fa_event event = {.name = "sys.new", .id = FA_EVENT_UNKNOWN, .right = FA_CUSTOM};
    EXPECT(judge(rules, event).reason == FA_REASON_UNKNOWN_EVENT, "an event of that Python");
    event.name = "mylib.x";
    EXPECT(judge(rules, event).outcome == FA_ALLOW, "a named one");
    fa_ruleset_drop(rules);
    rules = compile_rights(FA_BIT(FA_CUSTOM), 0);
    EXPECT(judge(rules, event).outcome == FA_ALLOW, "the word grants all");
    fa_ruleset_drop(rules);
    rules = compile_rights(0, FA_BIT(FA_CUSTOM));
    EXPECT(judge(rules, event).reason == FA_REASON_DENIED, "the word denies all");
    fa_ruleset_drop(rules);
}

static fa_verdict
judge_place(const fa_ruleset *rules, fa_event_id id, fa_place place)
{
    fa_event event = {.id = (uint16_t)id, .right = fa_event_rows[id].right,
                      .shape = FA_SHAPE_FILES};
    event.as.files = (fa_files){.count = 1, .place = {place}};
    return judge(rules, event);
}

static void
test_changing_directory_needs_its_word_and_a_place_to_list(void)
{
    const fa_path_rule paths[] = {{.path = FA_TEXT("/srv"), .written = FA_TEXT("/srv"),
                                   .allow = FA_BIT(FA_READ), .kind = FA_PATH_ROOT}};
    fa_compile_spec spec = {.paths = paths, .path_count = 1};
    fa_place inside = {.path = FA_TEXT("/srv/x"), .asks = FA_BIT(FA_READ), .listing = true};
    fa_place outside = {.path = FA_TEXT("/etc"), .asks = FA_BIT(FA_READ), .listing = true};
    fa_ruleset *rules = fa_compile(&spec);
    fa_verdict verdict = judge_place(rules, FA_EVENT_OS_CHDIR, inside);
    EXPECT(verdict.reason == FA_REASON_RIGHT_NOT_GRANTED && verdict.right == FA_CWD, "no word");
    fa_ruleset_drop(rules);
    spec.allow = FA_BIT(FA_CWD);
    rules = fa_compile(&spec);
    EXPECT(judge_place(rules, FA_EVENT_OS_CHDIR, inside).outcome == FA_ALLOW, "both");
    EXPECT(judge_place(rules, FA_EVENT_OS_CHDIR, outside).outcome == FA_REFUSE, "no place");
    fa_ruleset_drop(rules);
}

static void
test_a_right_of_files_denied_whole_is_denied_everywhere(void)
{
    const fa_path_rule paths[] = {
        {.path = FA_TEXT("/srv"), .written = FA_TEXT("/srv"), .allow = FA_RIGHTS_OF_FILES,
         .kind = FA_PATH_ROOT},
        {.path = FA_TEXT("/lib"), .written = FA_TEXT("/lib"), .allow = FA_BIT(FA_READ),
         .kind = FA_PATH_SOURCES},
    };
    fa_compile_spec spec = {.paths = paths, .path_count = 2, .deny = FA_BIT(FA_READ)};
    fa_ruleset *rules = fa_compile(&spec);
    fa_place file = {.path = FA_TEXT("/srv/x"), .asks = FA_BIT(FA_READ), .exists = true};
    fa_verdict verdict = judge_place(rules, FA_EVENT_OPEN, file);
    EXPECT(verdict.reason == FA_REASON_DENIED && strcmp(verdict.rule, "read") == 0, "reading");
    file.asks = FA_BIT(FA_MODIFY);
    EXPECT(judge_place(rules, FA_EVENT_OPEN, file).outcome == FA_ALLOW, "writing is free");
    fa_place folder = {.path = FA_TEXT("/lib"), .asks = FA_BIT(FA_READ), .exists = true,
                       .directory = true, .listing = true};
    EXPECT(judge_place(rules, FA_EVENT_OS_LISTDIR, folder).outcome == FA_ALLOW,
           "listing the import path is never refused");
    fa_ruleset_drop(rules);

    const fa_name_entry events[] = {{FA_TEXT("os.*"), true}};
    spec = (fa_compile_spec){.paths = paths, .path_count = 2, .events = events, .event_count = 1,
                             .allow = FA_BIT(FA_READ)};
    rules = fa_compile(&spec);
    EXPECT(judge_place(rules, FA_EVENT_OS_LISTDIR, folder).outcome == FA_ALLOW,
           "not by an event's name either");
    folder.path = FA_TEXT("/srv");
    EXPECT(judge_place(rules, FA_EVENT_OS_LISTDIR, folder).outcome == FA_REFUSE, "others are");
    fa_ruleset_drop(rules);
}

static fa_verdict
send_signal(const fa_ruleset *rules, fa_signal sent)
{
    return judge(rules, (fa_event){.id = FA_EVENT_OS_KILL, .right = FA_SIGNAL,
                                   .shape = FA_SHAPE_SIGNAL, .as.signal = sent});
}

static void
test_signals_reach_children_of_who_may_make_them(void)
{
    fa_signal child = {.pid = 5, .number = 9, .own_child = true}, group = child, other = {.pid = 6};
    fa_signal own_group = {.pid = 0, .number = 9, .own_child = true};
    fa_signal everybody = {.pid = -1, .number = 9, .own_child = true};
    fa_signal me = {.pid = 7, .number = 15, .self = true}, probe = {.pid = 7, .self = true};
    group.pid = -5;
    fa_ruleset *nothing = compile_rights(0, 0), *forks = compile_rights(FA_BIT(FA_FORK), 0),
               *signals = compile_rights(FA_BIT(FA_SIGNAL), 0),
               *denied = compile_rights(FA_BIT(FA_FORK), FA_BIT(FA_SIGNAL));
    EXPECT(send_signal(nothing, child).outcome == FA_REFUSE, "no processes, no children");
    EXPECT(send_signal(nothing, probe).outcome == FA_ALLOW, "a probe of oneself");
    EXPECT(send_signal(forks, child).outcome == FA_ALLOW, "a child");
    EXPECT(send_signal(forks, group).outcome == FA_ALLOW, "a child's group");
    EXPECT(send_signal(forks, other).reason == FA_REASON_NOT_OWN_CHILD, "another process");
    EXPECT(send_signal(forks, own_group).outcome == FA_REFUSE, "the own group");
    EXPECT(send_signal(forks, everybody).outcome == FA_REFUSE, "every process");
    EXPECT(send_signal(forks, me).outcome == FA_REFUSE, "the host's own process");
    EXPECT(send_signal(signals, me).outcome == FA_ALLOW && send_signal(signals, everybody).outcome ==
           FA_ALLOW, "the word grants all");
    EXPECT(send_signal(denied, child).reason == FA_REASON_DENIED, "denied");
    fa_ruleset_drop(nothing);
    fa_ruleset_drop(forks);
    fa_ruleset_drop(signals);
    fa_ruleset_drop(denied);
}

static void
test_an_intersection_allows_what_both_allow(void)
{
    fa_ruleset *a = compile_rights(FA_BIT(FA_TRACE) | FA_BIT(FA_HOOK), 0);
    fa_ruleset *b = compile_rights(FA_BIT(FA_TRACE) | FA_BIT(FA_FORK), 0);
    fa_ruleset *both = fa_ruleset_both(a, b);
    for (uint16_t id = 0; id < FA_EVENT_COUNT; id++) {
        EXPECT(allows(both, id) == (allows(a, id) && allows(b, id)), fa_event_rows[id].name);
    }
    EXPECT(both->on[FA_EVENT_SYS_SETTRACE] == &fa_check_allow, "what both allow needs no call");
    fa_ruleset *many = fa_ruleset_hold(a);
    size_t parts = 1;
    for (fa_ruleset *next; (next = fa_ruleset_both(many, b)) != NULL; parts++) {
        fa_ruleset_drop(many);
        many = next;
    }
    EXPECT(parts == FA_RULESET_PARTS && !allows(many, FA_EVENT_OS_FORK), "there is an end");
    fa_ruleset_drop(many);
    fa_ruleset_drop(both);
    fa_ruleset_drop(a);
    fa_ruleset_drop(b);
}

int
main(void)
{
    test_what_python_needs_is_allowed_without_a_grant();
    test_what_would_undo_the_guard_takes_its_word();
    test_an_event_that_asks_for_nothing_is_allowed();
    test_broken_arguments_are_refused_where_operands_decide();
    test_events_are_granted_and_denied_by_name();
    test_unknown_events_of_a_newer_python_need_a_grant();
    test_changing_directory_needs_its_word_and_a_place_to_list();
    test_a_right_of_files_denied_whole_is_denied_everywhere();
    test_signals_reach_children_of_who_may_make_them();
    test_an_intersection_allows_what_both_allow();
    return test_result();
}
