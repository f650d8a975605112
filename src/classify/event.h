/* event.h: what happened, in plain operands, and the look-up of an event by its name. */
#ifndef FA_EVENT_H
#define FA_EVENT_H

#include "support/plain.h"

/* The rights of a policy: classes of operation. The order is that of the docs; `_core.RIGHTS`
 * shows it to Python. FA_RIGHT_NONE marks what belongs to the running of Python itself. */
typedef enum fa_right {
    FA_READ, FA_CREATE, FA_MODIFY, FA_DELETE, FA_METADATA, FA_LINK,
    FA_CONNECT, FA_LISTEN, FA_RESOLVE, FA_SOCKET,
    FA_RUN, FA_FORK, FA_EXEC, FA_SIGNAL,
    FA_IMPORTS, FA_NATIVE,
    FA_ENV, FA_CWD, FA_UMASK, FA_LIMITS,
    FA_THREADS, FA_INTERPRETERS,
    FA_CODE, FA_INTROSPECT, FA_TRACE, FA_HOOK, FA_CUSTOM,
    FA_RIGHT_NONE,
    FA_RIGHT_COUNT
} fa_right;

typedef uint32_t fa_rights; /* a bit set: 1 << fa_right */
#define FA_BIT(right) ((fa_rights)1 << (right))
#define FA_RIGHTS_OF_FILES \
    (FA_BIT(FA_READ) | FA_BIT(FA_CREATE) | FA_BIT(FA_MODIFY) | FA_BIT(FA_DELETE) | \
     FA_BIT(FA_METADATA) | FA_BIT(FA_LINK))

/* Which operands an event has once it is unpacked: which member of `as` is valid. */
typedef enum fa_shape {
    FA_SHAPE_NONE,    /* the event alone decides */
    FA_SHAPE_FILES,   /* as.files: one or two places in the file system */
    FA_SHAPE_ADDRESS, /* as.address: connect, bind, send, a look-up */
    FA_SHAPE_COMMAND, /* as.command: a program to run */
    FA_SHAPE_NAME,    /* as.name: a module or an environment variable */
    FA_SHAPE_SIGNAL,  /* as.signal */
    FA_SHAPE_BROKEN   /* the arguments are not what CPython sends: refused as malformed */
} fa_shape;

/* One place in the file system, in canonical form. */
typedef struct fa_place {
    fa_text path;     /* absolute, links and `..` resolved; empty when `descriptor` */
    fa_rights asks;   /* the rights the act needs here */
    int error;        /* errno when the path could not be resolved (refuses); else 0 */
    bool descriptor;  /* an open file, named by its number: a capability of whoever holds it */
    bool exists;      /* something is there already */
    bool directory;   /* what is there is a directory (not set for a link to one) */
    bool listing;     /* asks for names only, not for contents (listdir, scandir) */
} fa_place;

/* What an act does with its places, where the rights alone do not say it. */
typedef enum fa_act {
    FA_ACT_PLAIN,   /* place[0] (and place[1], when count is 2) need their rights; no more */
    FA_ACT_RENAME,  /* place[0] becomes place[1] */
    FA_ACT_LINK,    /* place[1] becomes another name of place[0] (hard link) */
    FA_ACT_SYMLINK, /* place[1] becomes a link that leads to place[0] */
    FA_ACT_REMOVE   /* place[0] goes away (unlink, rmdir) */
} fa_act;

typedef struct fa_files {
    fa_place place[2];
    uint8_t count; /* how many of them */
    uint8_t act;   /* fa_act */
} fa_files;

typedef enum fa_family {
    FA_FAMILY_INET,     /* ip, port; or host, port when the caller gave a name */
    FA_FAMILY_UNIX,     /* path, canonical */
    FA_FAMILY_ABSTRACT, /* path: the abstract name without its NUL */
    FA_FAMILY_NONE,     /* no address in the event (sendmsg on a connected socket; a new unix socket) */
    FA_FAMILY_OTHER     /* raw, packet, netlink, vsock …: the right `socket` alone */
} fa_family;

typedef struct fa_address {
    fa_text host;     /* the name as given, when it is not a literal address; else empty */
    fa_text path;     /* for unix sockets */
    uint8_t ip[16];   /* valid when host is empty; IPv4 as ::ffff:a.b.c.d */
    int32_t port;     /* -1 when the event has none (a look-up without one) */
    int32_t error;    /* errno when the path of a unix socket could not be resolved (refuses); else 0 */
    uint8_t family;   /* fa_family */
    bool stream;      /* SOCK_STREAM or unknown; false: datagram, raw */
    bool any;         /* the address is a wildcard: "", 0.0.0.0 or :: */
} fa_address;

/* A program to run. Every text is borrowed. */
typedef struct fa_command {
    const fa_text *argv;     /* argc arguments */
    const fa_place *files;   /* every file that the exec call may try, canonical parent plus last name */
    const fa_place *targets; /* per file, what it leads to (links followed) */
    const fa_text *env;      /* env_count strings NAME=VALUE of the child; NULL: it inherits */
    uint32_t argc;
    uint32_t file_count;     /* 0: not known at this event (os.system: a shell) */
    uint32_t env_count;
    bool shell;              /* argv[0] is a shell, chosen by CPython, not by the caller */
} fa_command;

typedef struct fa_signal {
    int64_t pid;     /* as given: negative and 0 mean groups */
    int32_t number;
    bool own_child;  /* pid is a child of this process that has not been waited for */
    bool self;       /* pid is this process, or a thread of it */
} fa_signal;

typedef struct fa_name {
    fa_text name; /* module or variable, UTF-8 or bytes as the system has them */
    fa_place file; /* a native library's file; path empty when the event shows none */
    fa_text value; /* of a variable; empty for none */
} fa_name;

/* An event, unpacked. `right` names the class it is counted under; for files the places say more. */
typedef struct fa_event {
    const char *name; /* borrowed: as raised */
    uint16_t id;      /* FA_EVENT_*; FA_EVENT_UNKNOWN for a name the catalogue lacks */
    uint8_t right;    /* fa_right; FA_RIGHT_NONE: nothing is asked, so nothing refuses it */
    uint8_t shape;    /* fa_shape: which member of `as` is valid */
    union {
        fa_files files;
        fa_address address;
        fa_command command;
        fa_signal signal;
        fa_name name;
    } as;
} fa_event;

#include "classify/event_ids.h" /* generated from events.csv: FA_EVENT_…, FA_EVENT_UNKNOWN, FA_EVENT_COUNT */

/* One row of the catalogue: what holds for every event of that name. */
typedef struct fa_event_row {
    const char *name;
    uint8_t right;     /* fa_right it belongs to; FA_RIGHT_NONE: never refused */
    uint8_t unpacker;  /* FA_UNPACK_*, generated: how its tuple is read */
    uint8_t since;     /* minor version of the first CPython 3 that raises it */
    bool refusable;    /* raising at the event stops the act, and harms nothing */
    bool guard;        /* allowing it would undo the guard: refused in mode="warn" as well */
} fa_event_row;

extern const fa_event_row fa_event_rows[FA_EVENT_COUNT]; /* the last row is FA_EVENT_UNKNOWN's */

/* The id of an event. A name that the catalogue lacks is FA_EVENT_UNKNOWN. Cannot fail. */
uint16_t fa_event_lookup(const char *name);

/* Whether unpacking may find that an act of this name asks for nothing at all (an attribute that is
 * ordinary, a look-up of a literal address): event.right is FA_RIGHT_NONE then, whatever the row says.
 * A check that would refuse such an event needs its operands. */
bool fa_event_may_narrow(uint16_t id);

#endif
