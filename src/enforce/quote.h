/* quote.h: foreign bytes as text that neither a terminal, a shell nor Python takes for anything else. */
#ifndef FA_QUOTE_H
#define FA_QUOTE_H

#include "support/buffer.h"

/* One line of a message: what is not UTF-8, controls nothing and turns no direction stays as it is;
 * the rest is escaped as in Python. Longer than `most` bytes: the beginning and "…". */
void fa_quote_line(fa_buffer *out, fa_text text, size_t most);

/* A Python string literal in double quotes. Bytes that are no UTF-8 become surrogate escapes. */
void fa_quote_python(fa_buffer *out, fa_text text);

/* One word of a command line, quoted for the shell as Python's shlex.quote does. */
void fa_quote_shell(fa_buffer *out, fa_text word);

/* Whether a word of a command line needs no quotes. */
bool fa_quote_is_plain(fa_text word);

/* A pattern that matches exactly `text`: fnmatch's characters in brackets. */
void fa_quote_pattern(fa_buffer *out, fa_text text);

/* Whether the bytes are UTF-8 without surrogates. */
bool fa_quote_is_utf8(fa_text text);

#endif
