"""The box of the scope in force is rewritten, emptied and made anew."""

import fastaudit


def guest(world):
    box = fastaudit.current()
    for name in dir(box):
        world.attempt(setattr, box, name, None)
        world.attempt(delattr, box, name)
        world.attempt(setattr, type(box), name, lambda *_: None)
    world.attempt(type(box).__init__, box)
    world.attempt(setattr, box, "__class__", object)
    world.harm()
