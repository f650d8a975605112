/* standing.c: adds up what every rule that covers a path says of it. */
#include "decide/standing.h"

#include "decide/sources.h"

/* What `rule`, a folder of sources of `length` bytes, grants at `path`. */
static fa_rights
granted_by_sources(const fa_file_rule *rule, size_t length, fa_text path)
{
    length += length < path.length; /* the slash */
    fa_text beneath = {path.bytes + length, path.length - length};
    return fa_sources_has(beneath) ? rule->allow : 0;
}

static void
add_rule(fa_standing *standing, const fa_file_rule *rule, fa_rights asks, fa_rights allow)
{
    standing->allow |= allow;
    standing->deny |= rule->deny;
    standing->quiet |= rule->quiet;
    if ((rule->deny & asks) != 0 && standing->denied_by == NULL) {
        standing->denied_by = rule->written;
    }
}

/* Whether a pattern has something to say of `path`. One that only refuses quietly names a probe, and says
 * nothing of what lies beneath: a folder that happens to have a probe's name is a folder like any other. */
static bool
speaks_of(const fa_file_rule *rule, fa_text path)
{
    if (!fa_pattern_covers(rule->pattern, path)) {
        return false;
    }
    if ((rule->allow | rule->deny) != 0) {
        return true;
    }
    size_t parent = path.length;
    while (parent > 0 && path.bytes[parent - 1] != '/') {
        parent--;
    }
    fa_text above = {path.bytes, parent > 1 ? parent - 1 : parent};
    return above.length == 0 || !fa_pattern_covers(rule->pattern, above);
}

/* What the roots and folders of one layer say, until nothing further could change what is asked for. */
static void
add_places(fa_standing *standing, const fa_file_rules *rules, const fa_file_rules *layer, fa_text path, bool directory,
           fa_rights asks)
{
    fa_path_search search = fa_path_set_search(&layer->places, path);
    uint32_t item;
    size_t length;

    while (((asks & ~standing->allow) | (asks & rules->denies)) != 0 &&
           fa_path_search_next(&search, &item, &length)) {
        const fa_file_rule *rule = &layer->rules[item];
        fa_rights allow = rule->allow;
        if (rule->kind == FA_PATH_SOURCES) {
            standing->sources |= rule->allow;
            standing->sources_folder = standing->sources_folder || length == search.path.length;
            allow = directory && length == search.path.length
                        ? 0
                        : granted_by_sources(rule, length, search.path);
        }
        else if (rule->kind == FA_PATH_NAMES) {
            standing->names |= length == search.path.length ? rule->allow : 0;
            allow = 0;
        }
        add_rule(standing, rule, asks, allow);
    }
}

static void
add_patterns(fa_standing *standing, const fa_file_rules *layer, fa_text path, fa_rights asks)
{
    if (((layer->pattern_denies & asks) | (layer->pattern_grants & asks & ~standing->allow)) == 0) {
        return;
    }
    for (uint32_t i = 0; i < layer->pattern_count; i++) {
        const fa_file_rule *rule = &layer->patterns[i];
        fa_rights lacking = asks & ~standing->allow;
        /* Reading a pattern costs more than seeing that it has nothing to say here. */
        if (((rule->deny & asks) | ((rule->allow | rule->quiet) & lacking)) != 0 &&
            speaks_of(rule, path)) {
            add_rule(standing, rule, asks, rule->allow);
        }
    }
}

fa_standing
fa_standing_find(const fa_file_rules *rules, fa_text path, bool directory, fa_rights asks)
{
    fa_standing standing = {.allow = rules->everywhere};

    for (const fa_file_rules *layer = rules; layer != NULL; layer = layer->common) {
        add_places(&standing, rules, layer, path, directory, asks);
    }
    for (const fa_file_rules *layer = rules; layer != NULL; layer = layer->common) {
        add_patterns(&standing, layer, path, asks);
    }
    return standing;
}

bool
fa_standing_holds(const fa_file_rules *rules, const fa_file_rules *layer, const fa_path_entry *entry)
{
    const fa_file_rule *rule = &layer->rules[entry->item];
    fa_rights adds = rule->allow & ~(rules->everywhere | rules->nowhere);

    if (rule->kind == FA_PATH_NAMES) {
        return false;
    }
    for (const fa_file_rules *above = rules; adds != 0 && above != NULL; above = above->common) {
        fa_path_search search = fa_path_set_search(&above->places, (fa_text){entry->path, entry->length});
        uint32_t item;
        size_t length;
        while (fa_path_search_next(&search, &item, &length)) {
            if (length < entry->length && above->rules[item].kind == FA_PATH_ROOT) {
                adds &= ~(fa_rights)above->rules[item].allow;
            }
        }
    }
    return adds != 0;
}

static const char *
granted_by(const fa_file_rules *layer, fa_text path, fa_rights rights)
{
    fa_path_search search = fa_path_set_search(&layer->places, path);
    uint32_t item;
    size_t length;

    while (fa_path_search_next(&search, &item, &length)) {
        const fa_file_rule *rule = &layer->rules[item];
        fa_rights allow = rule->kind == FA_PATH_SOURCES
                              ? granted_by_sources(rule, length, search.path)
                          : rule->kind == FA_PATH_NAMES ? 0
                                                        : rule->allow;
        if ((allow & rights) != 0) {
            return rule->written;
        }
    }
    for (uint32_t i = 0; i < layer->pattern_count; i++) {
        const fa_file_rule *rule = &layer->patterns[i];
        if ((rule->allow & rights) != 0 && fa_pattern_covers(rule->pattern, path)) {
            return rule->written;
        }
    }
    return NULL;
}

const char *
fa_standing_granted_by(const fa_file_rules *rules, fa_text path, fa_rights rights)
{
    const char *written = granted_by(rules, path, rights);
    return written == NULL && rules->common != NULL ? granted_by(rules->common, path, rights) : written;
}
