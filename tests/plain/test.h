/* test.h: what the C tests share: a check that names its sentence, and the count at the end. */
#ifndef FA_TEST_H
#define FA_TEST_H

#include <stdio.h>

static int failed_tests; /* of this program */

/* State a sentence; print it, with the place, when it is false. */
#define EXPECT(condition, sentence) \
    expect((condition), (sentence), __FILE__, __LINE__)

static inline void
expect(int holds, const char *sentence, const char *file, int line)
{
    if (!holds) {
        failed_tests++;
        fprintf(stderr, "%s:%d: false: %s\n", file, line, sentence);
    }
}

/* What main returns. */
static inline int
test_result(void)
{
    return failed_tests == 0 ? 0 : 1;
}

#endif
