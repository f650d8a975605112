/* sources.c: Python's own kinds of file, told by their names. */
#include "decide/sources.h"

static bool
ends_with(fa_text text, fa_text end)
{
    return text.length > end.length &&
           memcmp(text.bytes + text.length - end.length, end.bytes, end.length) == 0;
}

/* Files that Python runs or loads, or that its import system reads on the way. */
static bool
is_source_name(fa_text name)
{
    static const fa_text endings[] = {
        {".py", 3}, {".pyc", 4}, {".so", 3}, {".pyd", 4}, {".pth", 4}, {".egg-link", 9},
    };
    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
        if (ends_with(name, endings[i])) {
            return true;
        }
    }
    return fa_text_equal(name, FA_TEXT("py.typed"));
}

/* Folders (or, for an old .egg-info, a file) that hold what a distribution says of itself. */
static bool
is_metadata_name(fa_text name)
{
    return ends_with(name, FA_TEXT(".dist-info")) || ends_with(name, FA_TEXT(".egg-info")) ||
           fa_text_equal(name, FA_TEXT("EGG-INFO"));
}

bool
fa_sources_has(fa_text beneath)
{
    fa_text name = {beneath.bytes, 0};

    for (size_t at = 0; at < beneath.length; at++) {
        if (beneath.bytes[at] == '/') {
            if (is_metadata_name(name)) {
                return true;
            }
            name = (fa_text){beneath.bytes + at + 1, 0};
        }
        else {
            name.length++;
        }
    }
    return beneath.length == 0 || is_metadata_name(name) || is_source_name(name);
}
