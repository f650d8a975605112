/* floor.c: the policies of the whole process. */
#include "authority/floor.h"

#include "authority/gate.h"

fa_scope *
fa_floor_add(const fa_ruleset *rules, bool warn)
{
    fa_scope *scope = PyMem_RawCalloc(1, sizeof(fa_scope));
    if (scope == NULL) {
        return NULL;
    }
    scope->rules = fa_ruleset_hold(rules);
    scope->warn = warn;

    fa_floor *old = atomic_load(&fa_state_process.floor);
    fa_floor *floor = NULL;
    do {
        /* Arrays that were replaced are kept: a thread may be reading one. There are few floors. */
        size_t count = old == NULL ? 0 : old->count;
        PyMem_RawFree(floor);
        floor = PyMem_RawMalloc(sizeof(fa_floor) + (count + 1) * sizeof(fa_scope *));
        if (floor == NULL) {
            fa_ruleset_drop(scope->rules);
            PyMem_RawFree(scope);
            return NULL;
        }
        floor->count = count + 1;
        for (size_t i = 0; i < count; i++) {
            floor->scope[i] = old->scope[i];
        }
        floor->scope[count] = scope;
    } while (!atomic_compare_exchange_strong(&fa_state_process.floor, &old, floor));
    fa_gate_add();
    atomic_fetch_add(&fa_state_process.epoch, 1);
    return scope;
}
