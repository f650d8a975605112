/* resolver.c: preloaded into a test's process, it resolves names beneath .example to loopback. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stddef.h>
#include <string.h>

static const struct {
    const char *name, *first, *second;
} known[] = {
    {"plugin.example", "127.0.0.1", NULL}, {"one.example", "127.0.0.1", NULL},
    {"two.example", "127.0.0.2", NULL},    {"six.example", "::1", NULL},
    {"both.example", "::1", "127.0.0.1"},
};

typedef int resolver(const char *, const char *, const struct addrinfo *, struct addrinfo **);

int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
            struct addrinfo **result)
{
    resolver *next;
    *(void **)&next = dlsym(RTLD_NEXT, "getaddrinfo");
    for (size_t i = 0; node != NULL && i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(node, known[i].name) == 0) {
            int status = next(known[i].first, service, hints, result);
            if (status != 0 || known[i].second == NULL) {
                return known[i].second == NULL ? status : next(known[i].second, service, hints, result);
            }
            struct addrinfo *last = *result;
            while (last->ai_next != NULL) {
                last = last->ai_next;
            }
            (void)next(known[i].second, service, hints, &last->ai_next);
            return 0;
        }
    }
    return next(node, service, hints, result);
}

int
gethostbyname_r(const char *name, struct hostent *host, char *buffer, size_t size, struct hostent **result,
                int *error)
{
    int (*next)(const char *, struct hostent *, char *, size_t, struct hostent **, int *);
    *(void **)&next = dlsym(RTLD_NEXT, "gethostbyname_r");
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(name, known[i].name) == 0) {
            name = known[i].first;
        }
    }
    return next(name, host, buffer, size, result, error);
}
