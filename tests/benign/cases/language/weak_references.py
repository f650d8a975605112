"""Weak references, their callbacks and finalisers."""

import gc
import weakref


class Node:
    pass


def guest(box):
    told, node = [], Node()
    node.itself = node
    reference = weakref.ref(node, lambda _: told.append("gone"))
    weakref.finalize(node, told.append, "finalised")
    table = weakref.WeakValueDictionary(node=node)
    del node
    gc.collect()
    return sorted(told), reference(), len(table)
