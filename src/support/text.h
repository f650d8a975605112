/* text.h: whether a str is a word that we know. */
#ifndef FA_TEXT_H
#define FA_TEXT_H

#include "support/compat.h"

/* Runs no code of anybody's: what is no exact str is no word. `word` is ASCII. */
static inline bool
fa_text_is(PyObject *text, const char *word)
{
    if (!PyUnicode_CheckExact(text)) {
        return false;
    }
    if (!PyUnicode_IS_COMPACT_ASCII(text)) {
        return PyUnicode_CompareWithASCIIString(text, word) == 0;
    }
    size_t length = strlen(word); /* of a literal, the compiler knows it */
    return (size_t)PyUnicode_GET_LENGTH(text) == length && memcmp(PyUnicode_DATA(text), word, length) == 0;
}

#endif
