/* pinned.h: opening anew what is open already and has no name, so that nothing can be put in its place. */
#ifndef FA_PINNED_H
#define FA_PINNED_H

/* Open what the descriptor `number` of this process leads to: a pipe, a terminal, a file that was deleted or never
 * had a name. The descriptor is pinned while it is looked at: no thread can put another file behind the number in
 * between. Returns a descriptor, or minus an errno: EAGAIN when a name leads to what is there now, EACCES when
 * that cannot be told, or a file is open for less than these flags ask. Takes some fifty microseconds; blocks as open(2) does. */
int fa_pinned_open(int number, int flags);

#endif
