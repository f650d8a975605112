/* resolver.c: preloaded into a test's process, it resolves the name plugin.example to loopback. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stddef.h>
#include <string.h>

int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
            struct addrinfo **result)
{
    int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    *(void **)&next = dlsym(RTLD_NEXT, "getaddrinfo");
    if (node != NULL && strcmp(node, "plugin.example") == 0) {
        node = "127.0.0.1";
    }
    return next(node, service, hints, result);
}
