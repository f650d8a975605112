/* test_words.c: a refusal says on one short line what, who, where and what to do. */
#include "enforce/words.h"

#include <stdlib.h>

#include "test.h"

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
test_the_message_answers_four_questions(void)
{
    fa_event event = {.name = "open", .id = FA_EVENT_OPEN, .shape = FA_SHAPE_FILES};
    fa_verdict verdict = {FA_REFUSE, FA_REASON_OUTSIDE_ROOT, FA_MODIFY, 0, NULL};
    fa_record record = {
        .target = "/etc/motd", .policy = "render", .suggestion = "write=[\"/etc/motd\"]",
        .location = {"/home/me/plugin.py", "save", 40}, .origin = {"/srv/app.py", "main", 12},
    };
    fa_buffer out = {0};
    fa_words_write(&out, &event, verdict, &record);
    expect_text(&out,
                "write refused: /etc/motd is outside every allowed root of policy 'render' "
                "(entered at app.py:12); at plugin.py:40 in save; to allow it: write=[\"/etc/motd\"]",
                "the message of the design");
    record = (fa_record){.let_go = true, .location = {"/srv/web/__init__.py", "f", 1}};
    fa_words_write(&out, &event, verdict, &record);
    expect_text(&out,
                "write would be refused: open is outside every allowed root of the policy of this "
                "process; at web/__init__.py:1 in f", "what is not known is left out");
}

/* Every reason, with everything unknown and with a hostile target of a megabyte. */
static void
test_every_reason_has_a_short_sentence_on_one_line(void)
{
    size_t size = 1 << 20;
    char *target = malloc(size + 1);
    memset(target, '\n', size);
    target[size] = '\0';
    for (int reason = 0; reason < FA_REASON_COUNT; reason++) {
        for (int right = 0; right <= FA_RIGHT_NONE; right++) {
            fa_event event = {.name = "open", .id = FA_EVENT_OPEN, .shape = FA_SHAPE_BROKEN};
            fa_verdict verdict = {FA_REFUSE, (uint8_t)reason, (uint8_t)right, 0, NULL};
            fa_record record = {.target = target, .policy = target, .rule = target};
            fa_buffer out = {0};
            fa_words_write(&out, &event, verdict, &record);
            EXPECT(out.length > 20 && out.length < 2000, "a message is short");
            EXPECT(strchr(out.bytes, '\n') == NULL, "a message is one line");
            EXPECT(strstr(out.bytes, "(null)") == NULL, "every word is there");
            fa_buffer_clear(&out);
        }
    }
    free(target);
}

int
main(void)
{
    test_the_message_answers_four_questions();
    test_every_reason_has_a_short_sentence_on_one_line();
    return test_result();
}
