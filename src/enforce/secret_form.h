/* secret_form.h: what a secret looks like: names that announce one, tokens by their form, chance. */
#ifndef FA_SECRET_FORM_H
#define FA_SECRET_FORM_H

#include "support/plain.h"

/* Whether what is called `name` is a secret: password, API_KEY, --auth-token … Marks in front do not
 * count. */
bool fa_secret_form_is_name(fa_text name);

/* The length of the token that begins at `text`: one with a known beginning, or a string of chance.
 * 0 when none does. `text` begins a word; `whole`: nothing that base64 has lies in front of it. */
size_t fa_secret_form_token(fa_text text, bool whole);

/* Letters and digits, for whoever splits words. */
static inline bool
fa_secret_form_is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

#endif
