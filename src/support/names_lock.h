/* names_lock.h: keeps names from changing their meaning, by acts of this process, between judging and acting. */
#ifndef FA_NAMES_LOCK_H
#define FA_NAMES_LOCK_H

#include <stdbool.h>

/* Names are used by many at a time, and changed (moved, linked, removed) by one while nobody uses them. Who has the
 * lock already, as a finaliser in the middle of an act, does not wait for itself. Take it with nothing between that
 * could wait for another thread; wait for it without the interpreter's lock. */
bool fa_names_lock_try(bool changes);
void fa_names_lock_wait(bool changes);
void fa_names_lock_release(void);

/* Once a process: a child that is forked meanwhile has a lock of its own. Returns 0 or an errno. */
int fa_names_lock_install(void);

#endif
