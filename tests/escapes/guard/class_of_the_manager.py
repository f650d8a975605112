"""The classes of the core are given other methods."""

from fastaudit import _core


def guest(world):
    for kind in [value for value in vars(_core).values() if isinstance(value, type)]:
        for name in ("__exit__", "__enter__", "__call__", "__eq__", "__hash__", "decide", "__bool__"):
            world.attempt(setattr, kind, name, lambda *_: True)
    world.harm()
