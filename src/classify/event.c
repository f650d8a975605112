/* event.c: the look-up of an event by its name, and what its row implies. */
#include "classify/event_table.h"

/* Eight bytes as a little-endian number: one load where memory is little-endian. */
static uint64_t
load_eight(const unsigned char *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Fewer than eight. */
static uint64_t
load_bytes(const unsigned char *bytes, size_t count)
{
    uint64_t word = 0;

    for (size_t i = 0; i < count; i++) {
        word |= (uint64_t)bytes[i] << (8 * i);
    }
    return word;
}

static uint64_t
rotate(uint64_t word, int bits)
{
    return word << bits | word >> (64 - bits);
}

/* As hash_of() in gen_events.py. */
static unsigned
hash_name(const char *name, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)name;
    uint64_t first, middle, last;

    if (length >= 8) {
        first = load_eight(bytes);
        middle = load_eight(bytes + (length - 8) / 2);
        last = load_eight(bytes + length - 8);
    }
    else {
        first = middle = last = load_bytes(bytes, length);
    }
    uint64_t mixed = first ^ rotate(middle, 17) ^ rotate(last, 31) ^ (uint64_t)length << 56;
    return (unsigned)(mixed * fa_event_multiplier >> (64 - FA_EVENT_HASH_BITS));
}

uint16_t
fa_event_lookup(const char *name)
{
    uint16_t id = fa_event_slots[hash_name(name, strlen(name))];

    /* An empty slot holds FA_EVENT_UNKNOWN, whose name is empty: it fits no event but "", which is unknown. */
    return strcmp(fa_event_rows[id].name, name) == 0 ? id : (uint16_t)FA_EVENT_UNKNOWN;
}

bool
fa_event_may_narrow(uint16_t id)
{
    switch ((fa_unpacker)fa_event_rows[id].unpacker) {
    case FA_UNPACK_ARGUMENTS:
    case FA_UNPACK_ATTRIBUTE:
    case FA_UNPACK_CALLBACK:
    case FA_UNPACK_ENABLE:
    case FA_UNPACK_GETADDRINFO:
    case FA_UNPACK_HOSTNAME:
    case FA_UNPACK_IOCTL:
    case FA_UNPACK_MKDIR:
    case FA_UNPACK_OPEN:
    case FA_UNPACK_POPEN:
    case FA_UNPACK_PRLIMIT:
    case FA_UNPACK_SETPGID:
    case FA_UNPACK_SOCKET:
    case FA_UNPACK_SQLITE:
        return true;
    case FA_UNPACK_ADDRESS:
    case FA_UNPACK_CHDIR:
    case FA_UNPACK_CHMOD:
    case FA_UNPACK_CHOWN:
    case FA_UNPACK_DLOPEN:
    case FA_UNPACK_ENV:
    case FA_UNPACK_EXEC:
    case FA_UNPACK_FORK_EXEC:
    case FA_UNPACK_GETNAMEINFO:
    case FA_UNPACK_IMPORT:
    case FA_UNPACK_KILL:
    case FA_UNPACK_KILLPG:
    case FA_UNPACK_LINK:
    case FA_UNPACK_LIST:
    case FA_UNPACK_LOAD_EXTENSION:
    case FA_UNPACK_METADATA:
    case FA_UNPACK_NONE:
    case FA_UNPACK_POSIX_SPAWN:
    case FA_UNPACK_PTHREAD_KILL:
    case FA_UNPACK_READ:
    case FA_UNPACK_REMOVE:
    case FA_UNPACK_RENAME:
    case FA_UNPACK_REVERSE:
    case FA_UNPACK_SPAWN:
    case FA_UNPACK_SYMLINK:
    case FA_UNPACK_SYSLOG:
    case FA_UNPACK_SYSTEM:
    case FA_UNPACK_TRUNCATE:
    case FA_UNPACK_UTIME:
    case FA_UNPACK_COUNT:
        break;
    }
    return false;
}
