/* node.h: the type of node. */
#ifndef FA_NODE_H
#define FA_NODE_H

#include "authority/scope.h"

/* Make the type of node and the empty node; put them into `here`. Returns 0, or -1 with an exception. */
int fa_node_exec(fa_interpreter *here, PyObject *module);

#endif
