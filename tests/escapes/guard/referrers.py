"""The collector tells what refers to the value of the variable, and that is emptied."""

import contextvars
import gc


def guest(world):
    for value in contextvars.copy_context().values():
        for one in world.attempt(gc.get_referrers, value) or []:
            if isinstance(one, (dict, list)):
                one.clear()
        for one in world.attempt(gc.get_referents, value) or []:
            world.attempt(lambda one=one: one.__exit__(None, None, None))
    world.harm()
