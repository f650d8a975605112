/* record.c: a refusal as it is remembered and raised, made from the event and its verdict. */
#include "enforce/record.h"

#include <stdlib.h>

#include "enforce/location.h"
#include "enforce/suggest.h"
#include "enforce/target.h"
#include "enforce/words.h"
#include "support/state.h"

#define TARGET_BYTES ((size_t)16384) /* of a target that is kept; paths are shorter */

/* A copy; NULL for NULL and for the empty text. Sets *failed when out of memory. */
static char *
copy_word(const char *word, bool *failed)
{
    if (word == NULL || word[0] == '\0') {
        return NULL;
    }
    char *copy = strdup(word);
    *failed = *failed || copy == NULL;
    return copy;
}

/* The text that was built; NULL when it is empty. */
static char *
take_text(fa_buffer *buffer, bool *failed)
{
    if (buffer->cut) {
        buffer->most = 0;
        buffer->cut = false;
        fa_buffer_add(buffer, FA_TEXT("…"));
    }
    if (buffer->length == 0 && !buffer->failed) {
        fa_buffer_clear(buffer);
        return NULL;
    }
    char *text = fa_buffer_take(buffer);
    *failed = *failed || text == NULL;
    return text;
}

fa_record *
fa_record_make(const fa_event *event, fa_verdict verdict, const char *policy,
               const fa_where *origin, bool let_go)
{
    bool failed = false;
    fa_buffer text = {.most = TARGET_BYTES};
    fa_record *record = calloc(1, sizeof(fa_record));
    if (record == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    atomic_init(&record->references, 1);
    record->serial = atomic_fetch_add(&fa_state_process.serial, 1) + 1;
    record->right = verdict.right;
    record->reason = verdict.reason;
    record->let_go = let_go;
    record->import_error = event->id == FA_EVENT_IMPORT;
    record->is_path = fa_target_place(event, verdict) != NULL;
    record->event = copy_word(event->name, &failed);
    record->policy = copy_word(policy, &failed);
    record->rule = copy_word(verdict.rule, &failed);
    if (origin != NULL) {
        record->origin.file = copy_word(origin->file, &failed);
        record->origin.function = copy_word(origin->function, &failed);
        record->origin.line = origin->line;
    }
    fa_target_write(&text, event, verdict);
    record->target = take_text(&text, &failed);
    fa_suggest_write(&text, event, verdict);
    record->suggestion = take_text(&text, &failed);

    /* From here on Python objects are made, and a collection may run finalisers. */
    fa_location_find(&record->location);
    fa_words_write(&text, event, verdict, record);
    record->message = take_text(&text, &failed);
    if (failed) {
        fa_record_drop(record);
        PyErr_NoMemory();
        return NULL;
    }
    return record;
}
