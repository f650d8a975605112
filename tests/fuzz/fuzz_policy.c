/* fuzz_policy.c: policies and events of chance: deciding repeats itself, denials only narrow, `&` is both. */
#include "decide/compile.h"
#include "decide/decide.h"
#include "decide/pattern.h"
#include "enforce/quote.h"
#include "enforce/suggest.h"
#include "enforce/target.h"
#include "enforce/words.h"
#include "feed.h"
#include "support/glob.h"
#include "support/ip.h"

enum { ROWS = 6, ARGS = 3, EVERY = (1 << FA_RIGHT_NONE) - 1 };

static const char *const hosts[] = {
    "example.com:443", "*.example.com:*", "*:80", "10.0.0.0/8", "127.0.0.1:8000-8999", "[::1]:443",
    "localhost:*", "unix:/a/*", "unix:@a*", "0.0.0.0/0", "[::]:80", "[::ffff:0:0/96]", "*:*", "::/0",
};
static const char *const names[] = {
    "a", "a.b", "a.b.c", "*", "a.*", "_ctypes", "ctypes", "x._ctypes", "PATH", "LD_*", "HOME", "PYTHON*",
    "b", "a.?", "[ab]", "open", "os.*", "import", "socket.connect", "mylib.*", "mylib.x", "gc.*", "**",
};
#define COUNT(list) (sizeof(list) / sizeof *(list))

/* A policy in lists that can be changed. */
typedef struct lists {
    fa_compile_spec spec;
    fa_path_rule paths[ROWS + 1];
    fa_address_entry addresses[ROWS + 1];
    fa_command_entry commands[ROWS + 1];
    fa_text args[ROWS + 1][ARGS];
    fa_name_entry names[4][ROWS + 1];
} lists;

static fa_text
feed_name(feed *from)
{
    return feed_below(from, 8) == 0 ? feed_raw(from, 12) : feed_word(from, names, COUNT(names));
}

/* Rules hold no NUL: Python refuses them. */
static fa_text
feed_written(feed *from, fa_text text)
{
    char *bytes = feed_take(from, text.length);
    for (size_t i = 0; i < text.length; i++) {
        bytes[i] = text.bytes[i] == '\0' ? '0' : text.bytes[i];
    }
    return (fa_text){bytes, text.length};
}

static fa_path_rule
feed_path_rule(feed *from)
{
    static const char *const patterns[] = {"**/a", "/a/*", "/a/**/b", "**/*.py", "/a/[!a]/c", "/?", "**/.e", "/**"};
    fa_path_rule rule = {.kind = (uint8_t)feed_below(from, 4)};
    rule.path = rule.kind == FA_PATH_PATTERN ? feed_word(from, patterns, COUNT(patterns)) : feed_path(from);
    rule.written = rule.path;
    rule.allow = feed_byte(from) & FA_RIGHTS_OF_FILES;
    if (rule.kind == FA_PATH_ROOT || rule.kind == FA_PATH_PATTERN) {
        rule.deny = feed_bool(from) ? feed_byte(from) & FA_RIGHTS_OF_FILES : 0;
        rule.quiet = feed_below(from, 4) == 0 ? feed_byte(from) & FA_RIGHTS_OF_FILES : 0;
    }
    return rule;
}

static fa_address_entry
feed_address_entry(feed *from)
{
    fa_address_entry entry = {.written = feed_word(from, hosts, COUNT(hosts))};
    char error[FA_ADDRESS_ERROR];
    MUST(fa_address_rule_read(entry.written, true, &entry.rule, error), error);
    entry.rights = (fa_rights)(feed_byte(from) & 7) << FA_CONNECT;
    entry.deny = feed_below(from, 3) == 0;
    entry.quiet = feed_below(from, 4) == 0;
    return entry;
}

static fa_command_entry
feed_command_entry(feed *from, fa_text *args)
{
    static const char *const programs[] = {"git", "sh", "a", "/bin/a"};
    static const char *const patterns[] = {"*", "a", "st?tus", "-c", "[ab]"};
    fa_command_entry entry = {.name = feed_word(from, programs, COUNT(programs)), .args = args};
    entry.place = feed_bool(from) ? feed_path(from) : (fa_text){NULL, 0};
    entry.target = feed_bool(from) ? feed_path(from) : entry.place;
    entry.written = entry.name;
    entry.arg_count = feed_below(from, ARGS + 1);
    for (uint32_t i = 0; i < entry.arg_count; i++) {
        args[i] = feed_word(from, patterns, COUNT(patterns));
    }
    entry.open_ended = feed_bool(from);
    entry.deny = feed_below(from, 3) == 0;
    entry.quiet = feed_below(from, 4) == 0;
    return entry;
}

static void
feed_lists(feed *from, lists *made)
{
    fa_compile_spec *spec = &made->spec;
    *spec = (fa_compile_spec){.name = feed_written(from, feed_raw(from, 8))};
    unsigned grants = feed_below(from, 4);
    spec->allow = grants == 0 ? EVERY : grants == 1 ? feed_number(from) & EVERY : 0;
    spec->deny = feed_below(from, 4) == 0 ? feed_number(from) & EVERY : 0;
    spec->path_count = feed_below(from, ROWS + 1);
    spec->address_count = feed_below(from, ROWS + 1);
    spec->command_count = feed_below(from, ROWS + 1);
    for (size_t i = 0; i < spec->path_count; i++) {
        made->paths[i] = feed_path_rule(from);
    }
    for (size_t i = 0; i < spec->address_count; i++) {
        made->addresses[i] = feed_address_entry(from);
    }
    for (size_t i = 0; i < spec->command_count; i++) {
        made->commands[i] = feed_command_entry(from, made->args[i]);
    }
    size_t *counts[4] = {&spec->import_count, &spec->native_count, &spec->env_count, &spec->event_count};
    for (int list = 0; list < 4; list++) {
        *counts[list] = feed_below(from, 4);
        for (size_t i = 0; i < *counts[list]; i++) {
            made->names[list][i] =
                (fa_name_entry){feed_written(from, feed_name(from)), feed_below(from, 3) == 0};
        }
    }
    spec->imports_listed = feed_bool(from);
    spec->unknown = feed_bool(from);
    spec->paths = made->paths;
    spec->addresses = made->addresses;
    spec->commands = made->commands;
    spec->imports = made->names[0];
    spec->natives = made->names[1];
    spec->env = made->names[2];
    spec->events = made->names[3];
}

/* An event and what it borrows. */
typedef struct happening {
    fa_event event;
    fa_text argv[ARGS + 1], env[2];
    fa_place files[3], targets[3];
} happening;

static fa_place
feed_place(feed *from)
{
    unsigned odd = feed_below(from, 16);
    fa_place place = {.path = feed_path(from), .asks = feed_byte(from) & FA_RIGHTS_OF_FILES};
    place.error = odd == 0 ? 13 : 0;
    place.descriptor = odd == 1;
    place.path = odd < 3 ? (fa_text){NULL, 0} : place.path;
    unsigned flags = feed_byte(from);
    place.exists = flags & 1;
    place.directory = (flags & 3) == 3;
    place.listing = (flags & 4) != 0 && place.asks == FA_BIT(FA_READ);
    return place;
}

static void
feed_address(feed *from, fa_address *address)
{
    static const char *const places[] = {"example.com", "a.example.com", "localhost", "b", "127.1", "\xc3\xa9.x"};
    static const char *const ips[] = {"127.0.0.1", "10.1.2.3", "::1", "::", "0.0.0.0", "1.2.3.4", "fe80::1"};
    *address = (fa_address){.family = (uint8_t)feed_below(from, 5), .stream = feed_bool(from)};
    unsigned kind = feed_below(from, 8);
    if (address->family == FA_FAMILY_INET && kind < 4) {
        address->host = kind == 0 ? feed_raw(from, 20) : feed_word(from, places, COUNT(places));
    }
    if (address->family == FA_FAMILY_INET && address->host.length == 0) {
        MUST(fa_ip_read(feed_word(from, ips, COUNT(ips)), address->ip) != FA_IP_NONE, "an address");
        address->any = fa_ip_is_any(address->ip);
    }
    if (address->family == FA_FAMILY_UNIX || address->family == FA_FAMILY_ABSTRACT) {
        address->path = feed_path(from);
    }
    address->port = feed_below(from, 8) == 0 ? -1 : (int32_t)(feed_number(from) % 65536);
    address->port = kind == 7 ? 443 : kind == 6 ? 80 : address->port;
    address->error = feed_below(from, 16) == 0 ? 2 : 0;
}

static void
feed_event(feed *from, happening *made)
{
    static const char *const words[] = {"git", "sh", "a", "/bin/a", "-c", "status", "--password=hunter2x", "b*"};
    static const char *const settings[] = {"PATH=/x", "A=b", "LD_PRELOAD=/a", "none", "PYTHONPATH="};
    fa_event *event = &made->event;
    *made = (happening){.event = {.id = (uint16_t)(feed_byte(from) % FA_EVENT_COUNT)}};
    event->name = event->id == FA_EVENT_UNKNOWN ? "mylib.x" : fa_event_rows[event->id].name;
    event->right = fa_event_rows[event->id].right;
    event->shape = (uint8_t)feed_below(from, FA_SHAPE_BROKEN + 1);
    if (feed_below(from, 32) == 0) {
        event->right = FA_RIGHT_NONE;
    }
    switch ((fa_shape)event->shape) {
    case FA_SHAPE_FILES:
        event->as.files.act = (uint8_t)feed_below(from, 5);
        event->as.files.count = (uint8_t)(1 + feed_below(from, 2));
        event->as.files.place[0] = feed_place(from);
        event->as.files.place[1] = feed_place(from);
        break;
    case FA_SHAPE_ADDRESS:
        feed_address(from, &event->as.address);
        break;
    case FA_SHAPE_COMMAND: {
        fa_command *command = &event->as.command;
        *command = (fa_command){.argv = made->argv, .files = made->files, .targets = made->targets,
                                .argc = feed_below(from, ARGS + 2), .file_count = feed_below(from, 4),
                                .env_count = feed_below(from, 3), .shell = feed_below(from, 4) == 0};
        command->env = feed_bool(from) ? made->env : NULL;
        for (uint32_t i = 0; i < command->argc; i++) {
            made->argv[i] = feed_below(from, 8) == 0 ? feed_raw(from, 20) : feed_word(from, words, COUNT(words));
        }
        for (uint32_t i = 0; i < command->file_count; i++) {
            made->files[i] = feed_place(from);
            made->targets[i] = feed_place(from);
        }
        for (uint32_t i = 0; i < command->env_count; i++) {
            made->env[i] = feed_word(from, settings, COUNT(settings));
        }
        break;
    }
    case FA_SHAPE_NAME:
        event->as.name = (fa_name){.name = feed_name(from)};
        if (feed_bool(from)) {
            event->as.name.file = feed_place(from);
        }
        event->as.name.value = feed_raw(from, 4);
        break;
    case FA_SHAPE_SIGNAL:
        event->as.signal = (fa_signal){(int64_t)(int32_t)feed_number(from), (int32_t)feed_below(from, 65),
                                       feed_bool(from), feed_bool(from)};
        break;
    case FA_SHAPE_NONE:
    case FA_SHAPE_BROKEN:
        break;
    }
}

static fa_verdict
judge(const fa_ruleset *rules, const fa_event *event)
{
    fa_holder holder = {rules, NULL, false};
    size_t at = 0;
    fa_verdict verdict = fa_decide(&holder, 1, event, &at);
    MUST(at == (verdict.outcome == FA_ALLOW), "a refusal names its holder");
    MUST(verdict.outcome <= FA_QUIET && verdict.reason < FA_REASON_COUNT && verdict.right < FA_RIGHT_COUNT,
         "a verdict is in range");
    MUST((verdict.outcome == FA_ALLOW) == (verdict.reason == FA_REASON_NONE), "a refusal has a reason");
    return verdict;
}

/* The policy with one denial more. Which kind it is of: denied places narrow what others could put there,
 * which commands and libraries are judged by. */
static bool
add_denial(feed *from, lists *made)
{
    fa_compile_spec *spec = &made->spec;
    unsigned kind = feed_below(from, 8);
    size_t *counts[4] = {&spec->import_count, &spec->native_count, &spec->env_count, &spec->event_count};
    if (kind < 4) {
        made->names[kind][(*counts[kind])++] = (fa_name_entry){feed_written(from, feed_name(from)), true};
        return false;
    }
    if (kind == 4) {
        spec->deny |= FA_BIT(feed_below(from, FA_RIGHT_NONE));
        return (spec->deny & FA_RIGHTS_OF_FILES) != 0;
    }
    if (kind == 5) {
        fa_address_entry *entry = &made->addresses[spec->address_count++];
        *entry = feed_address_entry(from);
        entry->deny = true;
        return false;
    }
    if (kind == 6) {
        fa_command_entry *entry = &made->commands[spec->command_count];
        *entry = feed_command_entry(from, made->args[spec->command_count++]);
        entry->deny = true;
        return false;
    }
    fa_path_rule *rule = &made->paths[spec->path_count++];
    *rule = feed_path_rule(from);
    rule->kind = rule->kind == FA_PATH_PATTERN ? rule->kind : FA_PATH_ROOT;
    rule->deny = feed_byte(from) & FA_RIGHTS_OF_FILES;
    rule->allow = rule->quiet = 0;
    return true;
}

/* Refusals that speak of two places, or of who may write a program: less elsewhere may answer them. */
static bool
compares_places(const fa_event *event, fa_verdict verdict)
{
    return event->shape == FA_SHAPE_COMMAND || event->shape == FA_SHAPE_NAME ||
           verdict.reason == FA_REASON_GAINS_RIGHTS || verdict.reason == FA_REASON_LINK_TARGET ||
           verdict.reason == FA_REASON_HOLDS_ROOT || verdict.reason == FA_REASON_HOLDS_DENY;
}

static bool
lies_beneath(fa_text path, fa_text root)
{
    return root.length == 1 || (root.length <= path.length && memcmp(path.bytes, root.bytes, root.length) == 0 &&
                                (root.length == path.length || path.bytes[root.length] == '/'));
}

/* The rights at a place, rule by rule; folders of sources and of names have tests of their own. */
static void
check_grants(const lists *made, fa_text path)
{
    fa_arena arena = {0};
    fa_rights everywhere = made->spec.allow & FA_RIGHTS_OF_FILES, allow = everywhere, deny = 0;
    fa_rights anywhere = everywhere;
    fa_path_rule rules[ROWS + 1];
    size_t count = 0;
    for (size_t i = 0; i < made->spec.path_count; i++) {
        fa_path_rule rule = made->paths[i];
        if (rule.kind != FA_PATH_ROOT && rule.kind != FA_PATH_PATTERN) {
            continue;
        }
        rules[count++] = rule;
        anywhere |= rule.allow;
        bool covers = rule.kind == FA_PATH_PATTERN
                          ? fa_pattern_covers(fa_pattern_new(&arena, rule.path), path)
                          : lies_beneath(path, rule.path);
        allow |= covers ? rule.allow : 0;
        deny |= covers ? rule.deny : 0;
    }
    const fa_check *check = fa_paths_new(&arena, rules, count, everywhere, NULL);
    MUST(check != NULL, "the check can be built");
    MUST(fa_paths_grants(check, path) == (allow & ~deny & anywhere), "rights are granted less denied");
    fa_arena_free(&arena);
}

static bool
is_line(const char *text)
{
    fa_text whole = {text, strlen(text)};
    for (size_t i = 0; i < whole.length; i++) {
        if ((unsigned char)whole.bytes[i] < 0x20 || whole.bytes[i] == 0x7f) {
            return false;
        }
    }
    return fa_quote_is_utf8(whole);
}

/* A denial of the very thing that the event is about, added to the policy. False when there is none. */
static bool
deny_itself(lists *made, const fa_event *event)
{
    static const fa_text everything = {"all", 3};
    fa_compile_spec *spec = &made->spec;
    const fa_event_row *row = &fa_event_rows[event->id];
    const fa_address *address = &event->as.address;
    const fa_place *place = &event->as.files.place[0];
    if (!row->refusable || row->unpacker == FA_UNPACK_NONE || event->right == FA_RIGHT_NONE) {
        return false;
    }
    switch (event->right) {
    case FA_READ:
    case FA_CREATE:
    case FA_MODIFY:
    case FA_DELETE:
    case FA_METADATA:
    case FA_LINK:
        made->paths[spec->path_count++] = (fa_path_rule){
            .path = place->path, .written = everything, .deny = place->asks, .kind = FA_PATH_ROOT,
        };
        return event->shape == FA_SHAPE_FILES && place->path.length > 0 && place->asks != 0 &&
               !place->listing && !place->descriptor;
    case FA_CONNECT:
    case FA_LISTEN:
        made->addresses[spec->address_count] = (fa_address_entry){
            .rule = {.kind = FA_ADDRESS_NET, .bits = 128, .high = 65535}, .written = everything,
            .rights = FA_BIT(event->right), .deny = true,
        };
        memcpy(made->addresses[spec->address_count++].rule.ip, address->ip, 16);
        return event->shape == FA_SHAPE_ADDRESS && address->family == FA_FAMILY_INET && address->host.length == 0;
    case FA_RUN:
        made->commands[spec->command_count++] = (fa_command_entry){
            .name = event->shape == FA_SHAPE_COMMAND ? event->as.command.argv[0] : everything,
            .written = everything, .open_ended = true, .deny = true,
        };
        return event->shape == FA_SHAPE_COMMAND && event->as.command.argc > 0;
    case FA_IMPORTS:
    case FA_ENV: {
        fa_text name = event->shape == FA_SHAPE_NAME ? event->as.name.name : everything;
        size_t *count = event->right == FA_ENV ? &spec->env_count : &spec->import_count;
        made->names[event->right == FA_ENV ? 2 : 0][(*count)++] = (fa_name_entry){name, true};
        return event->shape == FA_SHAPE_NAME && name.length > 0 && name.bytes[0] != '.' &&
               !fa_glob_is_pattern(name) && memchr(name.bytes, '\0', name.length) == NULL;
    }
    default:
        return false;
    }
}

/* What is said of a refusal: texts that end, of one line, bounded. */
static void
check_words(feed *from, const fa_ruleset *rules, const fa_event *event, fa_verdict verdict)
{
    fa_buffer text = {.most = 400};
    fa_record record = {.policy = (char *)rules->name, .rule = (char *)verdict.rule, .let_go = feed_bool(from)};
    record.location = (fa_where){feed_bool(from) ? "/x/y\n/__init__.py" : NULL, "f\x1b", 7};

    fa_target_write(&text, event, verdict);
    MUST(!text.failed && text.length <= 400, "a target is bounded");
    MUST(text.length == 0 || strlen(text.bytes) == text.length, "a target is a C string");
    record.target = text.length > 0 ? fa_buffer_take(&text) : NULL;
    fa_buffer_clear(&text);
    fa_suggest_write(&text, event, verdict);
    MUST(!text.failed && (text.length == 0 || is_line(text.bytes)), "a suggestion is a line");
    MUST(text.length == 0 || strlen(text.bytes) == text.length, "a suggestion is a C string");
    record.suggestion = text.length > 0 ? fa_buffer_take(&text) : NULL;
    fa_buffer_clear(&text);
    fa_words_write(&text, event, verdict, &record);
    MUST(!text.failed && text.length > 10 && is_line(text.bytes), "a message is a line");
    MUST(text.length < 20000, "a message is bounded");
    fa_buffer_clear(&text);
    free(record.target);
    free(record.suggestion);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    feed from = {.bytes = data, .left = size};
    static lists made, other;
    happening happened;
    feed_event(&from, &happened);
    const fa_event *event = &happened.event;
    feed_lists(&from, &made);
    feed_lists(&from, &other);
    fa_ruleset *rules = fa_compile(&made.spec), *others = fa_compile(&other.spec);
    MUST(rules != NULL && others != NULL, "a policy compiles");

    fa_verdict first = judge(rules, event), second = judge(rules, event), third = judge(others, event);
    MUST(first.outcome == second.outcome && first.reason == second.reason && first.right == second.right &&
             first.operand == second.operand && first.rule == second.rule, "deciding repeats itself");
    MUST(first.rule == NULL || strlen(first.rule) < 1000, "a rule is a C string");
    if (rules->on[event->id]->needs == FA_NEEDS_NOTHING) {
        fa_event bare = *event;
        bare.shape = FA_SHAPE_NONE;
        MUST(judge(rules, &bare).outcome == first.outcome, "what needs no operand reads none");
    }
    else if (event->shape == FA_SHAPE_BROKEN && event->right != FA_RIGHT_NONE) {
        MUST(first.outcome != FA_ALLOW, "arguments that CPython does not send are refused");
    }

    fa_ruleset *both = fa_ruleset_both(rules, others);
    MUST(both != NULL, "two policies have an intersection");
    MUST((judge(both, event).outcome == FA_ALLOW) == (first.outcome == FA_ALLOW && third.outcome == FA_ALLOW),
         "p & q allows what both allow");
    fa_holder holders[2] = {{rules, NULL, false}, {others, NULL, false}};
    size_t at = 0;
    MUST((fa_decide(holders, 2, event, &at).outcome == FA_ALLOW) == (judge(both, event).outcome == FA_ALLOW),
         "two scopes are their intersection");
    fa_ruleset_drop(both);

    if (first.outcome != FA_ALLOW) {
        check_words(&from, rules, event, first);
    }
    check_grants(&made, feed_path(&from));
    lists denied = made;
    denied.spec.paths = denied.paths;
    denied.spec.addresses = denied.addresses;
    denied.spec.commands = denied.commands;
    denied.spec.imports = denied.names[0];
    denied.spec.env = denied.names[2];
    if (deny_itself(&denied, event)) {
        fa_ruleset *bitten = fa_compile(&denied.spec);
        MUST(bitten != NULL && judge(bitten, event).outcome != FA_ALLOW, "a denial of the thing itself bites");
        fa_ruleset_drop(bitten);
    }
    bool of_places = add_denial(&from, &made);
    fa_ruleset *strict = fa_compile(&made.spec);
    MUST(strict != NULL, "a policy compiles");
    fa_verdict narrowed = judge(strict, event);
    MUST(narrowed.outcome != FA_ALLOW || first.outcome == FA_ALLOW || (of_places && compares_places(event, first)),
         "a denial more allows nothing more");
    fa_ruleset_drop(strict);
    fa_ruleset_drop(others);
    fa_ruleset_drop(rules);
    feed_end(&from);
    return 0;
}
