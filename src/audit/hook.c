/* hook.c: the function CPython calls: the gate, then one call per stage. */
#include "audit/hook.h"

#include <unistd.h>

#include "audit/install.h"
#include "audit/listeners.h"
#include "authority/authority.h"
#include "authority/gate.h"
#include "classify/announced.h"
#include "classify/unpack.h"
#include "enforce/enforce.h"

/* An event whose operands matter: with the room that these need. */
FA_NOINLINE static int
judge_operands(const fa_authority *authority, uint16_t id, const char *name, PyObject *args)
{
    fa_unpacked unpacked;
    int status = fa_unpack(&unpacked, id, true, name, args);
    if (status == 0) {
        status = fa_enforce(authority, &unpacked.event);
    }
    fa_unpacked_clear(&unpacked);
    return status;
}

/* One whose name is enough, or that is refused whatever it is. */
FA_NOINLINE static int
judge_name(const fa_authority *authority, uint16_t id, const char *name, bool foreign)
{
    fa_event event = {.name = name, .id = id, .right = fa_event_rows[id].right, .shape = FA_SHAPE_NONE};
    return foreign ? fa_enforce_refuse(authority, &event, FA_REASON_FOREIGN_VALUE)
                   : fa_enforce(authority, &event);
}

/* os.spawn*: the fork of a command that was judged, and its exec in the child, which is the run. */
FA_NOINLINE static uint16_t
meant_by(uint16_t id)
{
    fa_thread *thread = fa_authority_thread();
    if (id == FA_EVENT_OS_FORK && thread->may_fork) {
        thread->may_fork = false;
        return FA_EVENT_COUNT;
    }
    bool spawned = thread->spawner != 0 && thread->spawner != (long)getpid();
    return id == FA_EVENT_OS_EXEC && spawned ? FA_EVENT_OS_POSIX_SPAWN : id;
}

/* The stages for an event that something governs. What takes room or is rare lies apart. */
static int
judge(const fa_authority *authority, const char *name, PyObject *args)
{
    uint16_t id = fa_event_lookup(name);
    if (FA_UNLIKELY(id == FA_EVENT_OS_FORK || id == FA_EVENT_OS_EXEC)) {
        id = meant_by(id);
        if (id == FA_EVENT_COUNT) {
            return 0;
        }
    }
    const fa_event_row *row = &fa_event_rows[id];
    if (FA_UNLIKELY(authority->foreign) && row->refusable && row->right != FA_RIGHT_NONE) {
        return judge_name(authority, id, name, true);
    }
    fa_asks asks = fa_decide_asks(authority->holders, authority->holder_count, id);
    if (FA_LIKELY(asks == FA_ASKS_NOTHING)) {
        fa_enforce_allow(authority, (fa_right)row->right);
        return 0;
    }
    return asks == FA_ASKS_ITS_NAME ? judge_name(authority, id, name, false)
                                    : judge_operands(authority, id, name, args);
}

int
fa_audit_hook(const char *name, PyObject *args, void *Py_UNUSED(user_data))
{
    fa_listeners_hear(name);
    if (FA_LIKELY(!fa_gate_is_open())) {
        return 0;
    }
    if (FA_UNLIKELY(name == fa_announced_event)) {
        return 0;
    }
    if (FA_UNLIKELY(fa_install_is_probing()) && fa_install_probe(name)) {
        return 0;
    }
    const fa_authority *authority; /* borrows */
    int found = fa_authority_get(&authority);
    if (found <= 0) {
        return found;
    }
    return judge(authority, name, args);
}
