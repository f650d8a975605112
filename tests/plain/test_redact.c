/* test_redact.c: secrets in arguments of commands are hidden, and ordinary arguments are not. */
#include "enforce/redact.h"

#include <stdlib.h>

#include "test.h"

#define NO ""

static const struct {
    const char *why, *before, *argument, *shown; /* shown NULL: as it is */
} cases[] = {
    {"an option's value", NO, "--password=hunter2", "--password=[redacted]"},
    {"a value with marks is hidden whole", NO, "--password=a,b&c;d'e", "--password=[redacted]"},
    {"an option and its value are two arguments", "--password", "hunter2", "[redacted]"},
    {"an option that follows is no value", "--password", "--verbose", NULL},
    {"one dash will do", "-pass", "pass:x", "[redacted]"},
    {"names in parts", NO, "--github-api-key=abc", "--github-api-key=[redacted]"},
    {"CamelCase", NO, "accessToken=abc", "accessToken=[redacted]"},
    {"a variable", NO, "GITHUB_TOKEN=abc", "GITHUB_TOKEN=[redacted]"},
    {"a variable behind an option", NO, "--env=MYSQL_PWD=abc", "--env=MYSQL_PWD=[redacted]"},
    {"a part of a URL", NO, "https://h/p?token=abc&x=y", "https://h/p?token=[redacted]&x=y"},
    {"URL credentials", NO, "https://me:pw@host/x", "https://[redacted]@host/x"},
    {"a token alone in a URL", NO, "https://abc@host/x", "https://[redacted]@host/x"},
    {"a slash in a URL's password", NO, "pg://me:p/w@host/x", "pg://[redacted]@host/x"},
    {"an at sign in a URL's password", NO, "pg://me:p@w@host/x", "pg://[redacted]@host/x"},
    {"credentials behind an option", NO, "--proxy=me:pw@host:80", "--proxy=[redacted]@host:80"},
    {"the user of an ssh URL is no secret", NO, "ssh://git@host/x", NULL},
    {"an address at a host is no secret", NO, "git@host:me/x.git", NULL},
    {"an at sign in a path", NO, "https://host:80/@scope/name", NULL},
    {"curl's user", "-u", "me:pw", "[redacted]"},
    {"docker's user", "-u", "1000:1000", NULL},
    {"a header", NO, "Authorization: Basic abc def", "Authorization: [redacted]"},
    {"a header in a shell's line", NO, "curl -H 'X-Auth-Token: a b' h", "curl -H 'X-Auth-Token: [redacted]' h"},
    {"an option in a shell's line", NO, "login --password pw -v", "login --password [redacted] -v"},
    {"a variable in a shell's line", NO, "X=1 MY_SECRET=pw run", "X=1 MY_SECRET=[redacted] run"},
    {"JSON", NO, "{\"user\": \"me\", \"password\": \"p w\"}", "{\"user\": \"me\", \"password\": \"[redacted]\"}"},
    {"GitHub", NO, "ghp_0123456789abcdefABCDEF0123456789abcd", "[redacted]"},
    {"in the midst of a text", NO, "x:glpat-abcdefghij0123456789", "x:[redacted]"},
    {"OpenAI and Anthropic", NO, "sk-ant-api03-abcdefghij0123456789", "[redacted]"},
    {"AWS", NO, "AKIAIOSFODNN7EXAMPLE", "[redacted]"},
    {"an AWS secret with slashes", NO, "kQ8vZ2/pL0xT7mYcR3sW9dJ4hN/6bF1gU5eA8oIx", "[redacted]"},
    {"a JWT", NO, "eyJhbGciOiJIUzI1NiIsInR5cCI6.eyJzdWIiOiIxMjM0In0.sig-_x", "[redacted]"},
    {"a private key", NO, "-----BEGIN RSA PRIVATE KEY-----\nabc", "[redacted]"},
    {"hexadecimal chance", NO, "9f86d081884c7d659a2feaa0c55ad015", "[redacted]"},
    {"base64 chance", NO, "dGhpcyBpcyBhIHNlY3JldCBrZXkgMTIzNDU2Nzg5MA==", "[redacted]"},
    {"an ordinary option", NO, "--verbose", NULL},
    {"an empty argument", NO, "", NULL},
    {"a secret's empty value", NO, "--password=", NULL},
    {"a count of tokens", NO, "--max-tokens=100", NULL},
    {"a file with a secret is a path", NO, "--password-file=/run/x", NULL},
    {"an author is no auth", NO, "--author=Jane Doe", NULL},
    {"a path", NO, "/usr/lib/python3.11/site-packages/some_package/module.py", NULL},
    {"a wheel", NO, "numpy-2.1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", NULL},
    {"a test's name", NO, "tests/test_x.py::TestQuiteLongName::test_the_quick_brown_fox_jumps[1]", NULL},
    {"a class's name", NO, "AbstractSingletonProxyFactoryBeanImplementation", NULL},
    {"a UUID is a name", NO, "123e4567-e89b-12d3-a456-426614174000", NULL},
    {"a date", NO, "2024-01-31T12:34:56.789012+00:00", NULL},
    {"a number", NO, "123456789012345678901234567890", NULL},
    {"code", NO, "import sys; print(sys.version)", NULL},
    {"a port", NO, "localhost:8080", NULL},
    {"bytes that are no text", NO, "\xff\xfe=\x80", NULL},
};

static void
test_every_case_is_shown_as_the_table_says(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fa_buffer out = {0};
        fa_text before = {cases[i].before, strlen(cases[i].before)};
        fa_text argument = {cases[i].argument, strlen(cases[i].argument)};
        bool redacted = fa_redact_argument(&out, before, argument);
        char *shown = fa_buffer_take(&out);
        const char *expected = cases[i].shown == NULL ? cases[i].argument : cases[i].shown;
        EXPECT(strcmp(shown, expected) == 0, cases[i].why);
        EXPECT(redacted == (strcmp(expected, cases[i].argument) != 0), cases[i].why);
        if (strcmp(shown, expected) != 0) {
            fprintf(stderr, "    %s\n", shown);
        }
        free(shown);
    }
}

/* A megabyte of what each rule looks for must not take a megabyte squared. */
static void
test_hostile_texts_end(void)
{
    static const char *const pieces[] = {"://", "a:", ":a@", "token ", "\"", "= ", "-", "eyJ", "ab12", "x@"};
    size_t size = 1 << 20;
    char *text = malloc(size);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        size_t length = strlen(pieces[i]);
        for (size_t k = 0; k < size; k++) {
            text[k] = pieces[i][k % length];
        }
        fa_buffer out = {.most = 16384};
        fa_redact_argument(&out, (fa_text){NULL, 0}, (fa_text){text, size});
        EXPECT(out.length <= 16384 && !out.failed, "the bound is kept");
        fa_buffer_clear(&out);
    }
    free(text);
}

static void
test_a_long_token_goes_as_a_whole(void)
{
    static const char digits[] = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7";
    char token[5000];
    for (size_t i = 0; i < sizeof token; i++) {
        token[i] = digits[i * 7 % (sizeof digits - 1)];
    }
    fa_buffer out = {0};
    EXPECT(fa_redact_argument(&out, (fa_text){NULL, 0}, (fa_text){token, sizeof token}), "it is found");
    EXPECT(strcmp(out.bytes, "[redacted]") == 0, "nothing of it is left");
    fa_buffer_clear(&out);
}

int
main(void)
{
    test_a_long_token_goes_as_a_whole();
    test_every_case_is_shown_as_the_table_says();
    test_hostile_texts_end();
    return test_result();
}
