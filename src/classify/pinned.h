/* pinned.h: acts on what is open already, so that nothing can be put in its place. */
#ifndef FA_PINNED_H
#define FA_PINNED_H

/* Open what the descriptor `number` of this process leads to: a pipe, a terminal, a file that was deleted or never
 * had a name. The descriptor is pinned while it is looked at: no thread can put another file behind the number in
 * between. Returns a descriptor, or minus an errno: EAGAIN when a name leads to what is there now, EACCES when
 * that cannot be told, or a file is open for less than these flags ask. Takes some fifty microseconds; blocks as open(2) does. */
int fa_pinned_open(int number, int flags);

/* Act on what the descriptor `number` leads to: on that of this `name`, or, with "", on what has no name. `act` gets
 * a path that leads there, and `data`; it returns 0 or an errno. Returns that, EAGAIN when by now the number leads
 * elsewhere, or EACCES when that cannot be told. */
int fa_pinned_act(int number, const char *name, int (*act)(const char *path, const void *data), const void *data);

#endif
