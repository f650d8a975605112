"""The guest finds the manager and leaves it by the method of its type."""

import sys


def guest(world):
    frame = sys._getframe()
    while "manager" not in frame.f_locals:
        frame = frame.f_back
    manager = frame.f_locals["manager"]
    world.attempt(type(manager).__exit__, manager, None, None, None)
    world.attempt(type(manager).__aexit__, manager, None, None, None)
    world.harm()
