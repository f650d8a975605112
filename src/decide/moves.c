/* moves.c: nothing gains rights by another name, and what the rules name stays in its place. */
#include "decide/moves.h"

fa_right
fa_moves_first_right(fa_rights rights)
{
    return rights == 0 ? FA_RIGHT_NONE : (fa_right)__builtin_ctz(rights);
}

static fa_verdict
refuse(fa_reason reason, fa_right right, int operand, const char *rule)
{
    return (fa_verdict){FA_REFUSE, reason, (uint8_t)right, (uint8_t)operand, rule};
}

/* Whether an entry is a root that stands for itself; with `denied`, one that denies one of those rights. */
static bool
stands(const fa_file_rules *rules, const fa_file_rules *layer, const fa_path_entry *entry, fa_rights denied)
{
    const fa_file_rule *rule = &layer->rules[entry->item];

    if (denied != 0) {
        return (rule->deny & denied) != 0;
    }
    return layer == rules ? rule->holds : fa_standing_holds(rules, layer, entry);
}

static const fa_file_rule *
find_held_in(const fa_file_rules *rules, const fa_file_rules *layer, fa_text path, bool at, fa_rights denied)
{
    fa_path_search search = fa_path_set_search(&layer->places, path);
    const fa_path_entry *entries = layer->places.entries;
    uint32_t item, first, end;
    size_t length;

    while (at && fa_path_search_next(&search, &item, &length)) {
        fa_path_entry entry = {search.path.bytes, (uint32_t)length, item};
        if (length == search.path.length && stands(rules, layer, &entry, denied)) {
            return &layer->rules[item];
        }
    }
    fa_path_set_beneath(&layer->places, path, &first, &end);
    for (; first < end; first++) {
        if (stands(rules, layer, &entries[first], denied)) {
            return &layer->rules[entries[first].item];
        }
    }
    return NULL;
}

/* A rule that stands for the directory `path` itself (with `at`) or for something beneath it: a root
 * when `denied` is 0, else a rule that denies one of those rights. NULL when there is none. */
static const fa_file_rule *
find_held(const fa_file_rules *rules, fa_text path, bool at, fa_rights denied)
{
    const fa_file_rule *held = NULL;

    for (const fa_file_rules *layer = rules; held == NULL && layer != NULL; layer = layer->common) {
        held = find_held_in(rules, layer, path, at, denied);
    }
    return held;
}

/* Whether a pattern gives what lies beneath the new place more than it had beneath the old one: a grant that begins
 * to match, or a denial that ceases to. */
static bool
is_crossed(const fa_file_rule *rule, const fa_files *files, fa_rights anywhere, fa_rights had)
{
    bool grants = (rule->allow & ~had) != 0;
    bool denies = (rule->deny & anywhere) != 0;

    if (!grants && !denies) {
        return false;
    }
    fa_pattern_state end = fa_pattern_end(rule->pattern);
    fa_pattern_state before = fa_pattern_read(rule->pattern, files->place[0].path);
    fa_pattern_state after = fa_pattern_read(rule->pattern, files->place[1].path);
    return (grants && (before & end) == 0 && (after & ~before) != 0) ||
           (denies && (after & end) == 0 && (before & ~after) != 0);
}

static const fa_file_rule *
find_pattern_crossed(const fa_file_rules *rules, const fa_files *files, fa_rights had)
{
    for (const fa_file_rules *layer = rules; layer != NULL; layer = layer->common) {
        for (uint32_t i = 0; i < layer->pattern_count; i++) {
            if (is_crossed(&layer->patterns[i], files, rules->anywhere, had)) {
                return &layer->patterns[i];
            }
        }
    }
    return NULL;
}

/* What lies beneath place[0] would lie beneath place[1]: nobody looks at it one by one, so the rules
 * are asked whether any of it could gain a right. */
static fa_verdict
judge_beneath(const fa_file_rules *rules, const fa_event *event, const fa_standing *before,
              const fa_standing *after)
{
    const fa_files *files = &event->as.files;
    const fa_file_rule *held;
    fa_rights had = fa_standing_rights(before);

    if (rules->anywhere != 0) {
        held = find_held(rules, files->place[0].path, true, rules->anywhere);
        if (held != NULL) {
            return refuse(FA_REASON_HOLDS_DENY, FA_DELETE, 0, held->written);
        }
    }
    if ((before->deny & ~after->deny & rules->anywhere) != 0) {
        return refuse(FA_REASON_HOLDS_DENY, FA_DELETE, 0, before->denied_by);
    }
    /* A root that does not exist yet would come to stand on what was moved there. */
    held = find_held(rules, files->place[1].path, false, 0);
    if (held != NULL) {
        return refuse(FA_REASON_HOLDS_ROOT, FA_CREATE, 1, held->written);
    }
    fa_rights gained = after->sources & ~before->sources & ~had;
    if (gained != 0) {
        return refuse(FA_REASON_GAINS_RIGHTS, fa_moves_first_right(gained), 1, NULL);
    }
    held = find_pattern_crossed(rules, files, had);
    if (held != NULL) {
        return refuse((held->deny & rules->anywhere) != 0 ? FA_REASON_HOLDS_DENY
                                                          : FA_REASON_GAINS_RIGHTS,
                      fa_moves_first_right(held->deny | held->allow), 1, held->written);
    }
    return FA_VERDICT_ALLOW(event);
}

/* A directory takes along what lies beneath it. */
static fa_verdict
judge_directory(const fa_file_rules *rules, const fa_event *event, const fa_standing *before,
                const fa_standing *after)
{
    const fa_file_rule *held = find_held(rules, event->as.files.place[0].path, true, 0);
    return held != NULL ? refuse(FA_REASON_HOLDS_ROOT, FA_DELETE, 0, held->written)
                        : judge_beneath(rules, event, before, after);
}

/* A file under a new name, by rename or hard link. */
static fa_verdict
judge_new_name(const fa_file_rules *rules, const fa_event *event)
{
    const fa_place *from = &event->as.files.place[0], *to = &event->as.files.place[1];

    if (to->exists && to->directory) {
        const fa_file_rule *held = find_held(rules, to->path, true, 0);
        if (held != NULL) {
            return refuse(FA_REASON_HOLDS_ROOT, FA_DELETE, 1, held->written);
        }
    }
    fa_standing before = fa_standing_find(rules, from->path, from->directory, rules->anywhere);
    fa_standing after = fa_standing_find(rules, to->path, from->directory, rules->anywhere);
    fa_rights gained = fa_standing_rights(&after) & ~fa_standing_rights(&before);
    if (gained != 0) {
        return refuse(FA_REASON_GAINS_RIGHTS, fa_moves_first_right(gained), 1,
                      fa_standing_granted_by(rules, to->path, gained));
    }
    return from->directory ? judge_directory(rules, event, &before, &after)
                           : FA_VERDICT_ALLOW(event);
}

/* A link must not lead to where less is allowed than at the link, nor to a folder of which that is true
 * beneath: a thread that exchanges it for a folder of the same name could make what was judged here
 * happen there. */
static fa_verdict
judge_link_target(const fa_file_rules *rules, const fa_event *event)
{
    const fa_place *target = &event->as.files.place[0], *link = &event->as.files.place[1];

    if (target->descriptor) {
        return FA_VERDICT_ALLOW(event);
    }
    fa_standing there = fa_standing_find(rules, target->path, target->directory, rules->anywhere);
    fa_standing here = fa_standing_find(rules, link->path, link->directory, rules->anywhere);
    fa_rights leads = fa_standing_rights(&there);
    fa_rights lacking = fa_standing_rights(&here) & ~leads;
    if (lacking != 0 || leads == 0) {
        return refuse(FA_REASON_LINK_TARGET, lacking == 0 ? FA_LINK : fa_moves_first_right(lacking), 0,
                      there.denied_by);
    }
    fa_verdict beneath = judge_beneath(rules, event, &there, &here);
    return beneath.outcome == FA_ALLOW ? beneath
                                       : refuse(FA_REASON_LINK_TARGET, FA_LINK, 0, beneath.rule);
}

/* The place of a move that no name leads to, so that no rule can speak of it; -1 for none. A link may lead
 * to an open file. */
static int
find_nameless(const fa_files *files)
{
    if (files->place[1].descriptor) {
        return 1;
    }
    return files->place[0].descriptor && files->act != FA_ACT_SYMLINK ? 0 : -1;
}

fa_verdict
fa_moves_judge(const fa_file_rules *rules, const fa_event *event)
{
    const fa_files *files = &event->as.files;
    const fa_file_rule *held;

    switch ((fa_act)files->act) {
    case FA_ACT_PLAIN:
        break;
    case FA_ACT_REMOVE:
        held = files->place[0].directory && !files->place[0].descriptor
                   ? find_held(rules, files->place[0].path, true, 0)
                   : NULL;
        if (held != NULL) {
            return refuse(FA_REASON_HOLDS_ROOT, FA_DELETE, 0, held->written);
        }
        break;
    case FA_ACT_RENAME:
    case FA_ACT_LINK:
    case FA_ACT_SYMLINK: {
        int nameless = find_nameless(files);
        if (nameless >= 0) {
            return refuse(FA_REASON_UNRESOLVABLE, FA_CREATE, nameless, NULL);
        }
        return files->act == FA_ACT_SYMLINK ? judge_link_target(rules, event)
                                            : judge_new_name(rules, event);
    }
    }
    return FA_VERDICT_ALLOW(event);
}
