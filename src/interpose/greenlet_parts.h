/* greenlet_parts.h: one greenlet: whether it runs, what it carries, who goes on for it. */
#ifndef FA_GREENLET_PARTS_H
#define FA_GREENLET_PARTS_H

#include "authority/authority.h"

/* What greenlet's type has of its own. Written once; greenlet makes its types once a process. */
typedef struct fa_greenlet_type {
    PyTypeObject *type; /* owned; NULL until greenlet is imported */
    PyTypeObject *hub;  /* owned: what gevent's hubs are made of; NULL until gevent is imported */
    PyObject *get_current; /* owned: greenlet.getcurrent */
    getter get_context, get_dead, get_parent;
    setter set_context;
} fa_greenlet_type;

extern fa_greenlet_type fa_greenlet;

/* Whether it was not started yet. */
bool fa_greenlet_waits_to_start(PyObject *greenlet);

/* The row and the authority where there is something to carry; NULL where not, or with -1 in *status. */
fa_interpreter *fa_greenlet_somewhere_held(const fa_authority **authority, int *status);

/* Have it run in a context that carries, unless it runs already. What is no greenlet is left alone. Returns 0, or -1 with an
 * exception set. */
int fa_greenlet_hold(PyObject *greenlet);

/* The row where `greenlet`, or who goes on for it when it is dead (or, `past_waiting`, not started), runs without something that
 * is in force here; NULL where not, or with -1 in *status. */
fa_interpreter *fa_greenlet_elsewhere(PyObject *greenlet, bool past_waiting, int *status);

/* It is to be a parent, which gets what another gives at its end: so it has to be held as whoever makes it one, or be a hub,
 * which drops that. Returns 0, or -1 with an exception set. */
int fa_greenlet_take_parent(PyObject *parent);

#endif
