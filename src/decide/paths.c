/* paths.c: builds the check over places in the file system, and judges the rights they ask for. */
#include "decide/paths.h"

#include "decide/moves.h"
#include "decide/standing.h"

_Static_assert(FA_RIGHTS_OF_FILES <= UINT8_MAX, "fa_file_rule keeps rights of files in a byte");

/* Whether `place` gets what it asks for; else the refusal. */
static fa_verdict
judge_place(const fa_file_rules *rules, const fa_event *event, int operand)
{
    const fa_place *place = &event->as.files.place[operand];
    fa_verdict verdict = FA_VERDICT_ALLOW(event);

    if (place->descriptor) {
        return verdict;
    }
    verdict.operand = (uint8_t)operand;
    if (place->error != 0 || place->path.length == 0) {
        verdict.outcome = FA_REFUSE;
        verdict.reason = FA_REASON_UNRESOLVABLE;
        verdict.right = (uint8_t)(place->asks == 0 ? event->right
                                                   : fa_moves_first_right(place->asks));
        return verdict;
    }
    if (place->asks == 0) {
        return verdict;
    }
    fa_standing standing = fa_standing_find(rules, place->path, place->directory, place->asks);
    fa_rights denied = place->asks & standing.deny;
    fa_rights lacking = place->asks & ~standing.allow;
    if (place->listing) {
        /* The import system remembers a folder that it could not list as empty, for everybody. */
        lacking &= ~(standing.sources | standing.names);
        denied &= standing.sources_folder ? ~standing.sources : ~(fa_rights)0;
    }
    if (denied != 0) {
        verdict.outcome = FA_REFUSE;
        verdict.reason = FA_REASON_DENIED;
        verdict.right = (uint8_t)fa_moves_first_right(denied);
        verdict.rule = standing.denied_by;
    }
    else if (lacking != 0) {
        verdict.outcome = (lacking & ~standing.quiet) == 0 ? FA_QUIET : FA_REFUSE;
        verdict.right = (uint8_t)fa_moves_first_right(lacking);
        verdict.reason = (rules->anywhere & FA_BIT(verdict.right)) != 0
                             ? FA_REASON_OUTSIDE_ROOT
                             : FA_REASON_RIGHT_NOT_GRANTED;
    }
    return verdict;
}

static bool
is_well_formed(const fa_event *event)
{
    const fa_files *files = &event->as.files;

    return event->shape == FA_SHAPE_FILES && files->count >= 1 && files->count <= 2 &&
           (files->count == 2 || files->act == FA_ACT_PLAIN || files->act == FA_ACT_REMOVE);
}

static fa_verdict
judge(const fa_check *self, const fa_event *event)
{
    const fa_file_rules *rules = (const fa_file_rules *)self;
    fa_verdict quiet = {FA_ALLOW};

    if (event->right == FA_RIGHT_NONE) {
        return FA_VERDICT_ALLOW(event);
    }
    if (!is_well_formed(event)) {
        return (fa_verdict){FA_REFUSE, FA_REASON_MALFORMED, event->right, 0, NULL};
    }
    for (int i = 0; i < event->as.files.count; i++) {
        fa_verdict verdict = judge_place(rules, event, i);
        if (verdict.outcome == FA_REFUSE) {
            return verdict;
        }
        quiet = verdict.outcome == FA_QUIET ? verdict : quiet;
    }
    /* What is refused anyway needs no further reason, and a probe stays quiet. */
    return quiet.outcome == FA_QUIET ? quiet : fa_moves_judge(rules, event);
}

bool
fa_paths_denies(const fa_check *paths)
{
    return ((const fa_file_rules *)paths)->denies != 0;
}

fa_rights
fa_paths_grants(const fa_check *paths, fa_text path)
{
    const fa_file_rules *rules = (const fa_file_rules *)paths;
    fa_standing standing = fa_standing_find(rules, path, false, rules->anywhere);
    return fa_standing_rights(&standing);
}

/* The path of a rule as a set wants it: no slash at the end. */
static fa_text
trimmed(fa_text path)
{
    while (path.length > 1 && path.bytes[path.length - 1] == '/') {
        path.length--;
    }
    return path;
}

static bool
is_buildable(const fa_path_rule *rule)
{
    return rule->kind == FA_PATH_PATTERN ||
           (rule->path.length > 0 && rule->path.length < UINT32_MAX && rule->path.bytes[0] == '/');
}

/* Copies of texts, one behind the other in memory taken at once: a chunk each would double them. */
static const char *
put(char **at, fa_text text)
{
    char *copy = *at;
    if (text.length > 0) {
        memcpy(copy, text.bytes, text.length);
    }
    copy[text.length] = '\0';
    *at += text.length + 1;
    return copy;
}

static size_t
text_bytes(const fa_path_rule *rule)
{
    size_t path = rule->kind == FA_PATH_PATTERN ? 0 : rule->path.length + 1;
    bool shared = path != 0 && fa_text_equal(rule->path, rule->written);
    return path + (shared ? 0 : rule->written.length + 1);
}

const fa_check *
fa_paths_new(fa_arena *arena, const fa_path_rule *rules, size_t count, fa_rights everywhere, const fa_check *common)
{
    const fa_file_rules *shared = (const fa_file_rules *)common;
    size_t patterns = 0, bytes = 0;

    for (size_t i = 0; i < count; i++) {
        patterns += rules[i].kind == FA_PATH_PATTERN;
        bytes += text_bytes(&rules[i]);
        if (!is_buildable(&rules[i])) {
            return NULL;
        }
    }
    size_t places = count - patterns;
    fa_file_rules *built = fa_arena_take(arena, sizeof(*built));
    fa_path_entry *entries = fa_arena_take(arena, places * sizeof(*entries) + 1);
    fa_file_rule *ready = fa_arena_take(arena, count * sizeof(*ready) + 1);
    char *texts = fa_arena_take(arena, bytes + 1);
    if (built == NULL || entries == NULL || ready == NULL || texts == NULL) {
        return NULL;
    }
    *built = (fa_file_rules){
        .check = {judge, FA_NEEDS_OPERANDS},
        .common = shared,
        .everywhere = everywhere,
        .nowhere = shared == NULL ? 0 : shared->nowhere,
        .anywhere = everywhere | (shared == NULL ? 0 : shared->anywhere),
        .denies = shared == NULL ? 0 : shared->denies,
        .rules = ready,
        .patterns = ready + places,
        .pattern_count = (uint32_t)patterns,
    };
    uint32_t place = 0, pattern = (uint32_t)places;
    for (size_t i = 0; i < count; i++) {
        const fa_path_rule *rule = &rules[i];
        bool is_pattern = rule->kind == FA_PATH_PATTERN;
        fa_file_rule *here = &ready[is_pattern ? pattern++ : place++];
        built->anywhere |= rule->allow;
        here->allow = (uint8_t)(rule->allow & FA_RIGHTS_OF_FILES);
        here->deny = (uint8_t)(rule->deny & FA_RIGHTS_OF_FILES);
        built->denies |= here->deny;
        here->quiet = (uint8_t)(rule->quiet & FA_RIGHTS_OF_FILES);
        here->kind = rule->kind;
        if (is_pattern) {
            built->pattern_denies |= here->deny;
            built->pattern_grants |= here->allow | here->quiet;
            here->pattern = fa_pattern_new(arena, rule->path);
            if (here->pattern == NULL) {
                return NULL;
            }
            here->written = put(&texts, rule->written);
            continue;
        }
        fa_path_entry *entry = &entries[place - 1];
        entry->path = put(&texts, trimmed(rule->path));
        entry->length = (uint32_t)trimmed(rule->path).length;
        entry->item = place - 1;
        built->nowhere |= rule->kind == FA_PATH_ROOT && entry->length == 1 ? here->deny : 0;
        here->written = fa_text_equal(rule->path, rule->written) ? entry->path
                                                                 : put(&texts, rule->written);
    }
    if (!fa_path_set_build(&built->places, arena, entries, places)) {
        return NULL;
    }
    for (size_t i = 0; i < places; i++) {
        fa_file_rule *here = &ready[entries[i].item];
        here->holds = fa_standing_holds(built, built, &entries[i]);
    }
    return &built->check;
}
