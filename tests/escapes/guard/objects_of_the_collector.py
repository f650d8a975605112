"""The collector lists every object, and those of the guard are called, emptied and left."""

import gc


def guest(world):
    found = world.attempt(gc.get_objects) or []
    for one in found:
        if type(one).__module__.startswith("fastaudit"):
            for act in ("__exit__", "stop", "close", "clear"):
                world.attempt(lambda one=one, act=act: getattr(one, act)())
    world.harm()
